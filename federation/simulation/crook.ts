// A member whose node does not follow the protocol: the real engine runs, and what it sends is opened with its own keys, changed, sealed and
// signed again. So a lie looks in everything but itself like an honest message.

import { canonicalJson } from '../../crypto/canonical-json.ts';
import { Channel, shareBytes, wrappedShareBytes } from '../participant/match/channel.ts';
import type { MatchState, SignedNote } from '../participant/match/state.ts';
import { type CoordinatorApi, tallyKinds } from '../protocol/coordinator-api.ts';
import { matchMessages } from '../protocol/match-terms.ts';
import { decodeMessage, encodeMessage, type Message, writeMessage } from '../protocol/message.ts';
import { fromBase64 } from '../protocol/signed.ts';
import { type Note, writeNote } from '../protocol/transcript.ts';
import type { Crook, Member } from './member.ts';

/** What a crook may do with one message. */
export type Telling = {
  readonly kind: string;
  readonly seq: number;
  readonly state: MatchState;
  /** A note of its own, signed anew. */
  sign(note: Note, change: Partial<Note>): SignedNote;
};
/** @param body opened  @returns what is sent instead; undefined to leave it as it is */
export type Say = (body: Buffer, telling: Telling) => Buffer | undefined;
/** @returns frames to send instead of this one */
export type Frames = (
  bytes: Uint8Array,
  message: Message,
  resign: (fields: object, body: Uint8Array) => Uint8Array,
) => Uint8Array[];

export function crookOf(federation: string, say: Say, frames?: Frames): Crook {
  return (api: CoordinatorApi, member: Member) =>
    new Proxy(api, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>;
        if (name !== 'send') return (...given: unknown[]) => Reflect.apply(method, target, given);
        return async (bytes: Uint8Array) => {
          const message = decodeMessage(bytes);
          const resign = (fields: object, body: Uint8Array) => {
            const { v: _v, bodyHash: _hash, bodyBytes: _bytes, ...header } = message.header;
            return encodeMessage(writeMessage(member.belonging.signingKey(federation), { ...header, ...fields }, body));
          };
          const told = await changed(member, federation, message, say);
          const frame = told ? resign({}, told) : bytes;
          for (const one of frames?.(frame, decodeMessage(frame), resign) ?? [frame]) await target.send(one);
        };
      },
    });
}

async function changed(member: Member, federation: string, { header, body }: Message, say: Say): Promise<Buffer | undefined> {
  const { kind, seq, session } = header;
  const state = (await member.book.read('match', session)) as MatchState;
  const sign: Telling['sign'] = ({ v: _v, ...note }, change) =>
    writeNote(member.belonging.signingKey(federation), { ...note, ...change });
  const telling = { kind, seq, state, sign };
  if (kind === tallyKinds.list) return say(Buffer.from(body), telling);
  const wrapped = kind === matchMessages.proposal || kind === matchMessages.acceptance ? wrappedShareBytes : 0;
  const { secrets, role } = state;
  const [mine, theirs] = [secrets?.share, secrets?.theirShare].map((text) => text && fromBase64(text, shareBytes));
  const [first, second] = role === 'initiator' ? [mine, theirs] : [theirs, mine];
  if (!first) return undefined;
  const channel = new Channel(session, first, second || undefined);
  const place = { from: role, kind, seq };
  const sealed = body.subarray(wrapped);
  const told = say(channel.open(place, sealed), telling);
  return told && Buffer.concat([body.subarray(0, wrapped), channel.seal(place, told, sealed[0] === 0)]);
}

type Json = { [name: string]: unknown };

/** Changes a body of JSON. */
export const inJson =
  (kind: string, change: (value: Json, telling: Telling) => Json): Say =>
  (body, telling) =>
    telling.kind === kind ? Buffer.from(canonicalJson(change(JSON.parse(body.toString('utf8')) as Json, telling))) : undefined;

/** Changes a body that is a line of JSON and bytes: parts of lists. */
export const inPart =
  (kind: string, change: (line: Json, bytes: Buffer, telling: Telling) => { line?: Json; bytes?: Buffer } | undefined): Say =>
  (body, telling) => {
    if (telling.kind !== kind) return undefined;
    const end = body.indexOf(10);
    const line = JSON.parse(body.toString('utf8', 0, end)) as Json;
    const bytes = Buffer.from(body.subarray(end + 1));
    const told = change(line, bytes, telling);
    return told && Buffer.concat([Buffer.from(`${canonicalJson(told.line ?? line)}\n`), told.bytes ?? bytes]);
  };
