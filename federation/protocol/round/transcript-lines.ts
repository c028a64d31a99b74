// The file of a round: JSON a line. First `round` with all that is needed to check the rest offline, then every entry of the board as it was signed,
// the opened sums in their order, each with its salt, the model that members have voted on, and last the signatures under the end that came.

import Type, { type Static } from 'typebox';
import { canonicalJson } from '../../../crypto/canonical-json.ts';
import { closed, idSchema, parseCanonical, readerOf, toBase64 } from '../signed.ts';
import { type SignedStatement, signedStatementSchema, statementLimit } from '../statements.ts';
import { ProtocolFault } from '../words.ts';
import { closingsMost, type SignedClosing, signedClosingSchema } from './closing.ts';
import { roundLimits } from './round-terms.ts';
import { boardLimits, readEntry, type SignedEntry } from './sayings.ts';

export const roundFileLimits = {
  lines: boardLimits.lines + roundLimits.sums + 2 + closingsMost,
  bytes: 256 * 1024 * 1024,
} as const;

const base64 = Type.String({ pattern: '^[A-Za-z0-9_-]*$' });
const openingSchema = Type.Object(
  {
    entry: Type.Literal('round'),
    v: Type.Literal(1),
    federation: idSchema,
    round: idSchema,
    /** The membership log, as far as the terms name it. */
    log: Type.Array(signedStatementSchema, { minItems: 1, maxItems: statementLimit }),
  },
  closed,
);
const sumSchema = Type.Object(
  { entry: Type.Literal('sum'), sum: Type.Integer({ minimum: 0, maximum: roundLimits.sums - 1 }), bytes: base64 },
  closed,
);
const modelSchema = Type.Object({ entry: Type.Literal('model'), bytes: base64 }, closed);

export type RoundOpening = Omit<Static<typeof openingSchema>, 'log'> & { readonly log: readonly SignedStatement[] };
const closingSchema = Type.Object({ entry: Type.Literal('closing'), ...signedClosingSchema.properties }, closed);
export type RoundLine =
  | RoundOpening
  | SignedEntry
  | Static<typeof sumSchema>
  | Static<typeof modelSchema>
  | Static<typeof closingSchema>;

const readers = {
  round: readerOf('round', openingSchema),
  sum: readerOf('sum', sumSchema),
  model: readerOf('model', modelSchema),
  closing: readerOf('closing', closingSchema),
} as const;

/** @throws {ProtocolFault} malformed, not_canonical */
export function readRoundLine(text: string): RoundLine {
  const value = parseCanonical('line', text);
  const entry = typeof value === 'object' && value !== null && 'entry' in value ? value.entry : undefined;
  if (entry === 'round' || entry === 'sum' || entry === 'model' || entry === 'closing') return readers[entry](value);
  if (typeof entry === 'object') return readEntry(value);
  throw new ProtocolFault('malformed', 'line');
}

/** Names of a canonical object stand in order: these are the beginnings of an opening, and of an entry where the opening is gone. */
const starts = ['{"entry":"round",', '{"entry":{'] as const;

/** Whether a file is a round's and not a session's (verify-transcript.ts), by how its first line begins. */
export function isRoundTranscript(file: string | Uint8Array): boolean {
  const start = typeof file === 'string' ? file.slice(0, 32) : Buffer.from(file.subarray(0, 32)).toString('latin1');
  return starts.some((one) => start.startsWith(one));
}

/** The bytes of a line. @throws {ProtocolFault} malformed, with `name`: spare bits must be zero, as other texts would give the same bytes */
export function bytesIn(name: string, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new ProtocolFault('malformed', name);
  return bytes;
}

export function writeRoundTranscript(
  opening: Omit<RoundOpening, 'entry' | 'v'>,
  entries: readonly SignedEntry[],
  sums: readonly { readonly sum: number; readonly bytes: Uint8Array }[],
  model: Uint8Array | undefined,
  closings: readonly SignedClosing[] = [],
): string {
  const lines: object[] = [{ entry: 'round', v: 1, ...opening }, ...entries];
  for (const { sum, bytes } of sums) lines.push({ entry: 'sum', sum, bytes: toBase64(bytes) });
  if (model) lines.push({ entry: 'model', bytes: toBase64(model) });
  for (const closing of closings) lines.push({ entry: 'closing', ...closing });
  return lines.map((line) => `${canonicalJson(line)}\n`).join('');
}
