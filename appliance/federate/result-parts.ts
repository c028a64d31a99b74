// How the customers of a result lie in its sealed parts: one line each, the kind's number and the id.

import { type MatchKind, matchKinds } from '../../federation/protocol/match-terms.ts';

/** One of our customers, and by which kind of value the partner's was the same. */
export type Found = { readonly id: string; readonly kind: MatchKind };

export function writePart(rows: readonly Found[]): Uint8Array {
  // JSON writes a line break of a file's id as two signs.
  return Buffer.from(rows.map(({ id, kind }) => `${matchKinds.indexOf(kind)}${JSON.stringify(id)}`).join('\n'), 'utf8');
}

export function readPart(bytes: Uint8Array): Found[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.split('\n').map((line) => ({ kind: matchKinds[Number(line[0])]!, id: JSON.parse(line.slice(1)) as string }));
}
