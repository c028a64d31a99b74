// Lists in parts: how a list of tokens crosses in messages and lies in the spool, 16,384 tokens at a time.

import Type, { type Static } from 'typebox';
import { canonicalJson } from '../../../crypto/canonical-json.ts';
import { tokenBytes } from '../../../crypto/psi/psi.ts';
import type { Spool } from '../../protocol/durable.ts';
import { kindSchema, type MatchKind, matchLimits } from '../../protocol/match-terms.ts';
import { closed, parseCanonical, readerOf } from '../../protocol/signed.ts';
import { ProtocolFault } from '../../protocol/words.ts';

/**
 * `masked`: the sender's items times its scalar. `doubled`: the recipient's items, times both. `hashed`: the sender's items under the shared
 * key. `values`: encrypted values beside the sender's masked items.
 */
export type ListName = 'masked' | 'doubled' | 'hashed' | 'values';

const partSchema = Type.Object(
  {
    v: Type.Literal(1),
    list: Type.Union([Type.Literal('masked'), Type.Literal('doubled'), Type.Literal('hashed'), Type.Literal('values')]),
    kind: kindSchema,
    part: Type.Integer({ minimum: 0, maximum: 10_000 }),
    /** In the whole list. */
    tokens: Type.Integer({ minimum: 0, maximum: matchLimits.items }),
  },
  closed,
);
export type Part = Static<typeof partSchema>;
const read = readerOf('part', partSchema);

export const partCount = (tokens: number) => Math.ceil(tokens / matchLimits.chunkTokens);
/** Tokens in one part of a list. */
export function partTokens(tokens: number, part: number): number {
  return Math.max(0, Math.min(matchLimits.chunkTokens, tokens - part * matchLimits.chunkTokens));
}

export function encodePart(part: Part, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${canonicalJson(part)}\n`), bytes]);
}

/** @param unitBytes of one item of the list  @throws {ProtocolFault} malformed, list_wrong */
export function decodePart(body: Buffer, unitBytes: (list: ListName) => number): { part: Part; bytes: Buffer } {
  const end = body.indexOf(10);
  if (end < 0 || end > 500) throw new ProtocolFault('malformed', 'part');
  const part = read(parseCanonical('part', body.toString('utf8', 0, end)));
  const bytes = body.subarray(end + 1);
  const wanted = partTokens(part.tokens, part.part) * unitBytes(part.list);
  if (part.part >= Math.max(1, partCount(part.tokens)) || bytes.length !== wanted) {
    throw new ProtocolFault('list_wrong', `${part.list} ${part.kind} ${part.part}`);
  }
  return { part, bytes };
}

/** A whole list out of the spool. @throws {RangeError} when a part is missing */
export async function loadList(spool: Spool, session: string, name: string, tokens: number, unit = tokenBytes): Promise<Buffer> {
  const list = Buffer.alloc(tokens * unit);
  for (let part = 0; part < partCount(tokens); part += 1) {
    const bytes = await spool.get(session, name, part);
    if (bytes?.length !== partTokens(tokens, part) * unit) throw new RangeError(`spool: ${name} ${part} is missing`);
    list.set(bytes, part * matchLimits.chunkTokens * unit);
  }
  return list;
}

export async function saveList(spool: Spool, session: string, name: string, list: Uint8Array, unit = tokenBytes): Promise<void> {
  for (let part = 0; part < partCount(list.length / unit); part += 1) {
    const from = part * matchLimits.chunkTokens * unit;
    await spool.put(session, name, part, list.subarray(from, from + matchLimits.chunkTokens * unit));
  }
}

export const spoolName = (list: string, kind: MatchKind) => `${list}-${kind}`;
