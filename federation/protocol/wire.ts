// How calls of the coordinator travel over HTTPS, for both ends: one POST for each, its parameters as JSON or a message as it is, and in a
// header the version of the protocol, so that an older or newer end is told so and by what.

import Type, { type Static } from 'typebox';
import type { Delivery } from './coordinator-api.ts';
import { joinRequestSchema } from './invitation.ts';
import { bodyLimitBytes, protocolVersion, type Refusal } from './message.ts';
import { signedClosingSchema } from './round/closing.ts';
import { signedEntrySchema } from './round/sayings.ts';
import { closed, hashSchema, idSchema, readerOf } from './signed.ts';
import { signedStatementSchema } from './statements.ts';
import { type ProtocolCode, ProtocolFault, protocolWords } from './words.ts';

export const wirePaths = { member: '/federation/member/', door: '/federation/door/' } as const;
export const versionHeader = 'holdfast-federation';
export const messageType = 'application/octet-stream';

export const wireLimits = {
  /** A message with its header and frame. */
  messageBytes: bodyLimitBytes + 4096,
  /** Parameters of any other call: the longest is a list of revoked certificates. */
  callBytes: 1_200_000,
  /** Any answer: messages of about 16 MiB with what stands around them. */
  answerBytes: bodyLimitBytes + 8 * 1024 * 1024,
  /** Statements of the log in one answer; the client asks on. */
  logPage: 500,
} as const;

const from = Type.Integer({ minimum: 0, maximum: 1_000_000 });
const number = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const pem = Type.String({ minLength: 1, maxLength: 1_000_000 });

/** Reads the parameters of each call of a member but `send`, which is a message, and `roundGive/ROUND`, which is bytes. */
export const memberCalls = {
  log: readerOf('log', Type.Object({ from }, closed)),
  append: readerOf('append', Type.Object({ statement: signedStatementSchema }, closed)),
  revocations: readerOf('revocations', Type.Object({}, closed)),
  leaf: readerOf('leaf', Type.Object({}, closed)),
  requestLeaf: readerOf('requestLeaf', Type.Object({ request: pem }, closed)),
  receive: readerOf('receive', Type.Object({ after: number, waitMs: Type.Integer({ minimum: 0, maximum: 3_600_000 }) }, closed)),
  acknowledge: readerOf('acknowledge', Type.Object({ upTo: number }, closed)),
  publishInvitation: readerOf(
    'publishInvitation',
    Type.Object(
      {
        invitation: Type.Object(
          {
            id: hashSchema,
            federation: idSchema,
            proofKey: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
            expiresAtMs: number,
            usedBy: Type.Optional(hashSchema),
          },
          closed,
        ),
      },
      closed,
    ),
  ),
  withdrawInvitation: readerOf('withdrawInvitation', Type.Object({ id: hashSchema }, closed)),
  joinRequests: readerOf('joinRequests', Type.Object({}, closed)),
  refuseJoin: readerOf('refuseJoin', Type.Object({ invitation: hashSchema }, closed)),
  leafRequests: readerOf('leafRequests', Type.Object({}, closed)),
  publishLeaf: readerOf('publishLeaf', Type.Object({ member: idSchema, leaf: pem }, closed)),
  publishRevocations: readerOf('publishRevocations', Type.Object({ list: pem }, closed)),
  roundNews: readerOf(
    'roundNews',
    Type.Object({ seen: Type.Record(idSchema, number), waitMs: Type.Integer({ minimum: 0, maximum: 3_600_000 }) }, closed),
  ),
  roundPost: readerOf('roundPost', Type.Object({ entry: signedEntrySchema }, closed)),
  roundClose: readerOf('roundClose', Type.Object({ closing: signedClosingSchema }, closed)),
  roundFetch: readerOf('roundFetch', Type.Object({ round: idSchema, digest: hashSchema }, closed)),
} as const;
export const doorCalls = {
  log: readerOf('log', Type.Object({ invitation: hashSchema, from }, closed)),
  join: readerOf('join', Type.Object({ request: joinRequestSchema }, closed)),
  outcome: readerOf('outcome', Type.Object({ invitation: hashSchema }, closed)),
} as const;

const text = Type.Union([Type.String(), Type.Undefined()]);
const logPage = Type.Object({ statements: Type.Array(signedStatementSchema), more: Type.Boolean() });
const nothing = Type.Undefined();

/** Reads what is answered to each of them but `receive`, which is messages, and `roundFetch`, which is bytes. */
export const memberAnswers = {
  log: readerOf('log', logPage),
  append: readerOf('append', nothing),
  revocations: readerOf('revocations', text),
  leaf: readerOf('leaf', text),
  requestLeaf: readerOf('requestLeaf', nothing),
  acknowledge: readerOf('acknowledge', nothing),
  publishInvitation: readerOf('publishInvitation', nothing),
  withdrawInvitation: readerOf('withdrawInvitation', nothing),
  joinRequests: readerOf('joinRequests', Type.Array(joinRequestSchema)),
  refuseJoin: readerOf('refuseJoin', nothing),
  leafRequests: readerOf('leafRequests', Type.Array(Type.Object({ member: idSchema, request: Type.String() }))),
  publishLeaf: readerOf('publishLeaf', nothing),
  publishRevocations: readerOf('publishRevocations', nothing),
  roundNews: readerOf(
    'roundNews',
    Type.Array(
      Type.Object({
        round: idSchema,
        from: number,
        entries: Type.Array(signedEntrySchema),
        closings: Type.Optional(Type.Object({ from: number, signed: Type.Array(signedClosingSchema) })),
      }),
    ),
  ),
  roundPost: readerOf('roundPost', nothing),
  roundClose: readerOf('roundClose', nothing),
} as const;
export const doorAnswers = {
  log: readerOf('log', logPage),
  join: readerOf('join', nothing),
  outcome: readerOf(
    'outcome',
    Type.Union([
      Type.Object({ state: Type.Union([Type.Literal('waiting'), Type.Literal('refused')]) }),
      Type.Object({ state: Type.Literal('admitted'), leaf: Type.String(), revocations: Type.String() }),
    ]),
  ),
} as const;
export type MemberCall = keyof typeof memberCalls;
export type DoorCall = keyof typeof doorCalls;

/** A page of the log. */
export type LogPage = Static<typeof logPage>;

const entryBytes = 12;

/** Each message after its number (8 bytes, big endian) and its length (4). */
export function encodeDeliveries(deliveries: readonly Delivery[]): Buffer {
  const parts = deliveries.flatMap(({ number, message }) => {
    const entry = Buffer.alloc(entryBytes);
    entry.writeBigUInt64BE(BigInt(number));
    entry.writeUInt32BE(message.length, 8);
    return [entry, message];
  });
  return Buffer.concat(parts);
}

/** @throws {ProtocolFault} malformed */
export function decodeDeliveries(bytes: Buffer): Delivery[] {
  const deliveries: Delivery[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < entryBytes) throw new ProtocolFault('malformed', 'deliveries');
    const end = at + entryBytes + bytes.readUInt32BE(at + 8);
    const number = Number(bytes.readBigUInt64BE(at));
    if (end > bytes.length || !Number.isSafeInteger(number)) throw new ProtocolFault('malformed', 'deliveries');
    deliveries.push({ number, message: Uint8Array.from(bytes.subarray(at + entryBytes, end)) });
    at = end;
  }
  return deliveries;
}

/** What a server says to the version in a request's header. @throws {ProtocolFault} version_newer, version_older, malformed */
export function checkWireVersion(header: unknown): void {
  const version = typeof header === 'string' && /^[1-9][0-9]{0,8}$/.test(header) ? Number(header) : undefined;
  if (version === undefined) throw new ProtocolFault('malformed', versionHeader);
  if (version > protocolVersion) throw new ProtocolFault('version_newer', `${version}`);
  if (version < protocolVersion) throw new ProtocolFault('version_older', `${version}`);
}

const refusalSchema = Type.Object({
  code: Type.String({ pattern: '^[a-z_]{1,60}$' }),
  where: Type.Optional(Type.String({ maxLength: 1000 })),
  oldest: Type.Integer(),
  newest: Type.Integer(),
});
const readRefusal = readerOf('refusal', refusalSchema);

/**
 * A refusal as the fault that it was. A code of a newer protocol is called so. What the other side calls newer than itself is older here.
 * @throws {ProtocolFault} malformed
 */
export function faultOf(value: unknown): ProtocolFault {
  const { code, where, newest }: Static<typeof refusalSchema> = readRefusal(value);
  if (code === 'version_newer' || code === 'version_older') {
    return new ProtocolFault(newest > protocolVersion ? 'version_newer' : 'version_older', `${newest}`);
  }
  if (!Object.hasOwn(protocolWords, code)) return new ProtocolFault('version_newer', code);
  return new ProtocolFault(code as Refusal['code'], where);
}

/** OpenSSL's reasons against a peer's certificate, as the protocol calls them. */
const tlsReasons: { readonly [reason: string]: ProtocolCode } = {
  CERT_HAS_EXPIRED: 'certificate_expired',
  CERT_NOT_YET_VALID: 'certificate_not_yet_valid',
  CERT_REVOKED: 'certificate_revoked',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate_issuer_unknown',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate_issuer_unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate_issuer_unknown',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate_issuer_unknown',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate_issuer_unknown',
  CERT_SIGNATURE_FAILURE: 'certificate_issuer_unknown',
};

/** undefined for what says nothing of a certificate. */
export function codeOfTls(reason: unknown): ProtocolCode | undefined {
  return typeof reason === 'string' ? tlsReasons[reason] : undefined;
}
