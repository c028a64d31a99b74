// Names of sessions in the spool for what this room keeps beside a match, so that the match's own lists come and go without it.

import { createHash } from 'node:crypto';

/** @param what such as `result`  @param id of the match or partner  @returns 32 hexadecimal signs, as sessions have */
export function sessionOf(what: string, id: string): string {
  return createHash('sha256').update(`${what} ${id}`).digest('hex').slice(0, 32);
}
