// What owner and partners of a vertical round tell each other, as bytes: a head in canonical JSON, and after it what is not for JSON (bits of rows,
// places, ciphertexts), each piece of the length that the head says. A fault names the message and never what was in it.

import Type, { type Static, type TSchema } from 'typebox';
import { canonicalJson } from '../../../crypto/canonical-json.ts';
import { closed, hashSchema, idSchema, parseCanonical, readerOf } from '../signed.ts';
import { ProtocolFault } from '../words.ts';
import { verticalLimits } from './vertical-terms.ts';

const headLimitBytes = 4 * 1024 * 1024;
const piecesMost = 100_000;

const count = (maximum: number) => Type.Integer({ minimum: 0, maximum });
const node = count(131_071);
const nodesMost = 65_536;
const column = count(1_000_000);
const rows = count(verticalLimits.rows);
/** Positions in a match that both sides have. */
const positions = count(100_000_000);
/** Nodes whose rows are told by the bits of the pieces, in their order: which go left. */
const divided = Type.Array(Type.Object({ node, left: node, right: node, rows }, closed), { maxItems: nodesMost });
const tree = count(999);

/** The owner's. Pieces: allowed: bits; rows: places as 32-bit numbers, public key; sums and divide: bits of `divided`, then ciphertexts. */
export const questionSchema = Type.Union([
  Type.Object({ kind: Type.Literal('allowed'), positions }, closed),
  Type.Object({ kind: Type.Literal('rows'), rows, training: rows }, closed),
  Type.Object(
    {
      kind: Type.Literal('sums'),
      tree,
      nodes: Type.Array(node, { minItems: 1, maxItems: nodesMost }),
      divided,
      /** Those of its columns that the tree may use, rising. */
      columns: Type.Array(column, { minItems: 1, maxItems: 1_000_000 }),
      /** Ciphertexts of a new tree; 0 in later questions of the same. */
      gradients: count(piecesMost),
      hessians: count(piecesMost),
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('divide'),
      tree,
      nodes: Type.Array(
        Type.Object({ node, column, bin: count(255), missingLeft: Type.Union([Type.Literal(0), Type.Literal(1)]) }, closed),
        { minItems: 1, maxItems: nodesMost },
      ),
      divided,
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('finish') }, closed),
  Type.Object({ kind: Type.Literal('model'), parts: Type.Record(idSchema, hashSchema) }, closed),
]);
export type Question = Static<typeof questionSchema>;
export type QuestionOf<Kind extends Question['kind']> = Extract<Question, { kind: Kind }>;

/** A partner's. Pieces: allowed: bits; sums: ciphertexts of gradients, then of hessians; divide: bits of each node; finish: bits of all rows for each split. */
export const answerSchema = Type.Union([
  Type.Object({ kind: Type.Literal('allowed') }, closed),
  /** Bins of each of its columns, that of missing values too. */
  Type.Object(
    { kind: Type.Literal('rows'), bins: Type.Array(Type.Integer({ minimum: 2, maximum: 256 }), { maxItems: 1_000_000 }) },
    closed,
  ),
  Type.Object({ kind: Type.Literal('sums'), gradients: count(piecesMost), hessians: count(piecesMost) }, closed),
  Type.Object({ kind: Type.Literal('divide') }, closed),
  /** The hash of its part of the model. */
  Type.Object({ kind: Type.Literal('finish'), part: hashSchema }, closed),
  Type.Object({ kind: Type.Literal('model') }, closed),
]);
export type Answer = Static<typeof answerSchema>;
export type AnswerOf<Kind extends Answer['kind']> = Extract<Answer, { kind: Kind }>;

export type Message<Says> = { readonly says: Says; readonly pieces: readonly Uint8Array[] };

const lengths = Type.Array(Type.Integer({ minimum: 0, maximum: 0x7fffffff }), { maxItems: piecesMost });
const headOf = <Schema extends TSchema>(says: Schema) => Type.Object({ lengths, says }, closed);
const readQuestionHead = readerOf('question', headOf(questionSchema));
const readAnswerHead = readerOf('answer', headOf(answerSchema));

export function encodeMessage({ says, pieces }: Message<Question | Answer>): Buffer {
  const head = Buffer.from(canonicalJson({ lengths: pieces.map(({ length }) => length), says }), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, ...pieces]);
}

function decode<Head extends { lengths: number[]; says: unknown }>(
  bytes: Uint8Array,
  readHead: (value: unknown) => Head,
): Message<Head['says']> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const headBytes = buffer.length >= 4 ? buffer.readUInt32BE() : 0;
  if (headBytes === 0 || headBytes > headLimitBytes || 4 + headBytes > buffer.length)
    throw new ProtocolFault('malformed', 'exchange');
  const head = readHead(parseCanonical('exchange', buffer.toString('utf8', 4, 4 + headBytes)));
  let from = 4 + headBytes;
  const pieces = head.lengths.map((length) => {
    const piece = buffer.subarray(from, from + length);
    from += length;
    return piece;
  });
  if (from !== buffer.length) throw new ProtocolFault('malformed', 'exchange');
  return { says: head.says, pieces };
}

/** @throws {ProtocolFault} malformed, not_canonical */
export const decodeQuestion = (bytes: Uint8Array): Message<Question> => decode(bytes, readQuestionHead);
export const decodeAnswer = (bytes: Uint8Array): Message<Answer> => decode(bytes, readAnswerHead);

/** Places as they travel: 32 bits each, little-endian. */
export function encodePlaces(places: ArrayLike<number>): Buffer {
  const bytes = Buffer.alloc(4 * places.length);
  for (let at = 0; at < places.length; at += 1) bytes.writeUInt32LE(places[at]!, 4 * at);
  return bytes;
}

/** @returns undefined where they are not so many */
export function decodePlaces(bytes: Uint8Array | undefined, places: number): Uint32Array | undefined {
  if (bytes?.length !== 4 * places) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint32Array.from({ length: places }, (_, at) => view.getUint32(4 * at, true));
}

/** A bit for each, the lowest of the first byte first. */
export function encodeBits(set: (at: number) => boolean, length: number): Uint8Array {
  const bytes = new Uint8Array((length + 7) >>> 3);
  for (let at = 0; at < length; at += 1) if (set(at)) bytes[at >>> 3]! |= 1 << (at & 7);
  return bytes;
}

export const bitAt = (bits: Uint8Array, at: number): boolean => ((bits[at >>> 3]! >>> (at & 7)) & 1) === 1;

/** Whether they are of so many, with nothing set beyond. */
export function areBits(bits: Uint8Array | undefined, length: number): bits is Uint8Array {
  if (bits?.length !== (length + 7) >>> 3) return false;
  return length % 8 === 0 || bits.at(-1)! >>> (length % 8) === 0;
}
