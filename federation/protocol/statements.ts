// What can be said in the membership log, and by whose signature: a statement names the one before it by its hash, so that a log has one
// past only. What follows from the statements is the fold's (membership.ts).

import Type, { type Static } from 'typebox';
import type { Key } from '../../crypto/keys.ts';
import { type SignedDescriptor, signedDescriptorSchema } from './identity.ts';
import {
  closed,
  digestOf,
  hashSchema,
  idSchema,
  readerOf,
  signatureFits,
  signatureSchema,
  signValue,
  timeSchema,
} from './signed.ts';

const words = 'holdfast federation statement 1';

/** More members' changes than a federation sees in its life; beyond it a new one is founded. */
export const statementLimit = 10_000;

export const actSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('found'),
      descriptor: signedDescriptorSchema,
      /** The certificate of the federation's authority, DER in base64url. */
      authority: Type.String({ pattern: '^[A-Za-z0-9_-]{1,4000}$' }),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('admit'), descriptor: signedDescriptorSchema, invitation: hashSchema }, closed),
  /** New keys, said with the old one. */
  Type.Object({ kind: Type.Literal('renew'), descriptor: signedDescriptorSchema }, closed),
  /** A new name with the same keys. */
  Type.Object({ kind: Type.Literal('rename'), descriptor: signedDescriptorSchema }, closed),
  Type.Object(
    {
      kind: Type.Literal('remove'),
      member: idSchema,
      /** `left` by itself; `removed` by the founder; `revoked` by the founder because its keys are not its own any more. */
      how: Type.Union([Type.Literal('left'), Type.Literal('removed'), Type.Literal('revoked')]),
      reason: Type.String({ minLength: 1, maxLength: 500 }),
    },
    closed,
  ),
]);

const statementSchema = Type.Object(
  {
    v: Type.Literal(1),
    federation: idSchema,
    seq: Type.Integer({ minimum: 0, maximum: statementLimit - 1 }),
    /** statementHash of the one before; zeros for the first. */
    previous: hashSchema,
    atMs: timeSchema,
    by: idSchema,
    act: actSchema,
  },
  closed,
);
export const signedStatementSchema = Type.Object({ statement: statementSchema, signature: signatureSchema }, closed);

export type Act = Static<typeof actSchema>;
export type Statement = Static<typeof statementSchema>;
export type SignedStatement = Static<typeof signedStatementSchema>;

export const noHash = '0'.repeat(64);

/** @throws {ProtocolFault} malformed */
export const readStatement = readerOf('statement', signedStatementSchema);

/** Over the statement with its signature. */
export function statementHash(signed: SignedStatement): string {
  return digestOf(words, signed);
}

export function statementFits(signed: SignedStatement, signingKey: string): boolean {
  return signatureFits(signingKey, words, signed.statement, signed.signature);
}

/** Where a log stands: what the next statement has to follow. */
export type LogEnd = { readonly size: number; readonly head: string; readonly lastAtMs: number };

/** The first statement of a federation, by its founder. */
export function foundingStatement(
  key: Key<'signing'>,
  descriptor: SignedDescriptor,
  authority: Uint8Array,
  nowMs: number,
): SignedStatement {
  const { federation, member } = descriptor.descriptor;
  const act: Act = { kind: 'found', descriptor, authority: Buffer.from(authority).toString('base64url') };
  return nextStatement(key, federation, member, { size: 0, head: noHash, lastAtMs: 0 }, act, nowMs);
}

/** A statement that follows the log's end; a clock that lags behind the last statement writes the last one's time. */
export function nextStatement(
  key: Key<'signing'>,
  federation: string,
  by: string,
  end: LogEnd,
  act: Act,
  nowMs: number,
): SignedStatement {
  const statement: Statement = {
    v: 1,
    federation,
    seq: end.size,
    previous: end.head,
    atMs: Math.max(nowMs, end.lastAtMs),
    by,
    act,
  };
  return readStatement({ statement, signature: signValue(key, words, statement) });
}
