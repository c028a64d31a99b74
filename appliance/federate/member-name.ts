// What a member of a federation is called where one line names it.

import type { Federate } from './federate.ts';

export const nameOf = (federate: Federate, federation: string, member: string): string => {
  const view = federate.belonging.federations().find((one) => one.federation === federation);
  const name = view?.members.find((one) => one.member === member)?.name;
  return name?.en || name?.zh || member;
};
