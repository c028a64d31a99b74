// A signature under the whole of a board, by each of its parties after it has ended: it stands beside the board, which takes nothing more. The last
// lines of a board have nobody's later word; with one of these, also their order is somebody's who is not the coordinator.

import Type, { type Static } from 'typebox';
import type { Key } from '../../../crypto/keys.ts';
import {
  checkVersion,
  closed,
  hashSchema,
  idSchema,
  readerOf,
  signatureFits,
  signatureSchema,
  signValue,
  timeSchema,
} from '../signed.ts';
import { ProtocolFault } from '../words.ts';
import type { Board, KeyOf } from './board.ts';
import { roundLimits } from './round-terms.ts';
import { boardLimits } from './sayings.ts';

const closingWords = 'holdfast federation round closing 1';

/** Of one round: every party's, and the coordinator's. */
export const closingsMost = roundLimits.membersMax + 2;

const closingSchema = Type.Object(
  {
    v: Type.Literal(1),
    federation: idSchema,
    round: idSchema,
    by: idSchema,
    /** All lines of the board, and the head of the last. */
    lines: Type.Integer({ minimum: 1, maximum: boardLimits.lines }),
    head: hashSchema,
    atMs: timeSchema,
  },
  closed,
);
export const signedClosingSchema = Type.Object({ closing: closingSchema, signature: signatureSchema }, closed);
export type SignedClosing = Static<typeof signedClosingSchema>;

const readForm = readerOf('closing', signedClosingSchema);

/** @throws {ProtocolFault} malformed, version_newer, version_older */
export function readClosing(value: unknown): SignedClosing {
  if (typeof value === 'object' && value !== null && 'closing' in value) checkVersion(value.closing, 1);
  return readForm(value);
}

export function signClosing(
  key: Key<'signing'>,
  by: string,
  { federation, round, lines, head }: Board,
  atMs: number,
): SignedClosing {
  const closing = { v: 1 as const, federation, round, by, lines, head, atMs };
  return { closing, signature: signValue(key, closingWords, closing) };
}

/** Who may sign the end of a board. */
export const closersOf = ({ members, custodian, coordinator }: Board['terms']): string[] => [
  ...new Set([...members, custodian, coordinator]),
];

/** That it is a party's own. @throws {ProtocolFault} federation_other, round_unknown, round_stranger, signature_wrong */
export function checkCloser(
  { closing, signature }: SignedClosing,
  of: Pick<Board, 'federation' | 'round' | 'terms'>,
  keyOf: KeyOf,
): void {
  if (closing.federation !== of.federation) throw new ProtocolFault('federation_other');
  if (closing.round !== of.round) throw new ProtocolFault('round_unknown');
  const key = closersOf(of.terms).includes(closing.by) ? keyOf(closing.by) : undefined;
  if (key === undefined) throw new ProtocolFault('round_stranger', 'closing');
  if (!signatureFits(key, closingWords, closing, signature)) throw new ProtocolFault('signature_wrong', 'closing');
}

/** That it is of this end. @throws {ProtocolFault} what checkCloser throws; round_phase, board_forked: its author has seen another board */
export function checkClosing(signed: SignedClosing, board: Board, keyOf: KeyOf): void {
  checkCloser(signed, board, keyOf);
  if (!board.ended) throw new ProtocolFault('round_phase', 'closing');
  const { lines, head } = signed.closing;
  if (lines !== board.lines || head !== board.head) throw new ProtocolFault('board_forked', 'closing');
}
