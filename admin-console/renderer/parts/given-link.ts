// The one-time link that a page was opened by. It stands behind the # of the address, which no browser sends to anybody, is taken out of the address at
// once, and is kept in memory alone until it is used or left.

import { useSyncExternalStore } from 'react';

export type GivenLink = {
  readonly token: string;
  /** Of the first administrator, who still has to choose a login and say their name. */
  readonly isFirst: boolean;
};

let given: GivenLink | undefined;
const listeners = new Set<() => void>();

function become(next: GivenLink | undefined): void {
  given = next;
  for (const listener of listeners) listener();
}

function takeOut(): void {
  const [, name, token] = /^#(first|link)=(hl_[\w-]{43})$/.exec(location.hash) ?? [];
  if (token === undefined) return;
  history.replaceState(history.state, '', location.pathname + location.search);
  become({ token, isFirst: name === 'first' });
}

/** Before anything is drawn, and whenever a link is put into a page that stands open. */
export function takeGivenLink(): void {
  takeOut();
  globalThis.addEventListener('hashchange', takeOut);
}

export const leaveGivenLink = (): void => become(undefined);

const listen = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
export const useGivenLink = (): GivenLink | undefined => useSyncExternalStore(listen, () => given);

/** What to hand over: opening it is all that is asked of whoever was invited. */
export const addressOfLink = (token: string): string => `${globalThis.location.origin}/console/#link=${token}`;
