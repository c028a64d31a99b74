// What a message changes in a match: each is opened, held to the terms, and applied together with the note that it was taken. Whatever is
// wrong with one ends the match on this side with a code, and nothing of it is used.

import Type, { type Static } from 'typebox';
import { canonicalJson } from '../../../crypto/canonical-json.ts';
import { ciphertextBytes, publicKeyBytes, tokenBytes } from '../../../crypto/psi/psi.ts';
import { tallyKinds } from '../../protocol/coordinator-api.ts';
import { matchLimits, matchMessages } from '../../protocol/match-terms.ts';
import { activeMember } from '../../protocol/membership.ts';
import type { Message } from '../../protocol/message.ts';
import { closed, parseCanonical, readerOf } from '../../protocol/signed.ts';
import { readTallyVerdict } from '../../protocol/tally.ts';
import { headSchema, signedNoteSchema } from '../../protocol/transcript.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import { shareBytes, unwrapShare, wrappedShareBytes } from './channel.ts';
import { checkSizes } from './lists.ts';
import { decodePart, type ListName, partCount, spoolName } from './parts.ts';
import type { MatchSession } from './session.ts';
import type { Counted, SignedNote, Sizes } from './state.ts';

const notes = Type.Array(signedNoteSchema, { maxItems: 20 });
const size = Type.Optional(Type.Integer({ minimum: 0, maximum: matchLimits.items }));
const sizes = Type.Object({ phone: size, email: size, card: size }, closed);
export const readNotes = readerOf('notes', Type.Object({ v: Type.Literal(1), notes }, closed));
const sizedSchema = Type.Object({ v: Type.Literal(1), notes, sizes }, closed);
const readSized = readerOf('sizes', sizedSchema);
const readHead = readerOf('head', Type.Object({ v: Type.Literal(1), head: headSchema }, closed));
const readSum = readerOf('sum', Type.Object({ v: Type.Literal(1), sum: Type.String({ pattern: '^-?[0-9]{1,19}$' }) }, closed));

export function jsonBody(value: { [name: string]: unknown }): Buffer {
  return Buffer.from(canonicalJson({ v: 1, ...value }), 'utf8');
}
const parse = (name: string, bytes: Uint8Array) => parseCanonical(name, Buffer.from(bytes).toString('utf8'));

/** Bytes of one place of a list. */
export const unitOf = (list: ListName): number => (list === 'values' ? ciphertextBytes : tokenBytes);

/** Applies a message that the inbox has taken. Faults of its content end the match; they are not thrown. */
export async function take(session: MatchSession, message: Message): Promise<void> {
  try {
    await apply(session, message);
  } catch (fault) {
    if (!(fault instanceof ProtocolFault)) throw fault;
    const outcome = { result: 'failed', code: fault.code, ...(fault.where !== undefined && { where: fault.where }) } as const;
    session.decide(outcome);
    // An end that cannot be read is one all the same, as is a signature: nothing comes after them.
    if (message.header.kind === matchMessages.end) session.state.theirOutcome ??= outcome;
    if (message.header.kind === matchMessages.head) session.state.alone = true;
  }
  await session.taken(message);
}

async function apply(session: MatchSession, { header, body }: Message): Promise<void> {
  const { state, standing } = session;
  if (header.from === state.terms.counter) return takeVerdict(session, header.kind, body);
  const key = activeMember(standing.membership(), state.partner).signingKey;
  const { kind } = header;
  const opened = (from = 0) => {
    if (!session.channel) throw new ProtocolFault('seal_broken', kind);
    return session.channel.open({ from: session.theirRole, kind, seq: header.seq }, body.subarray(from));
  };
  // After our own end only the partner's counts.
  if (kind === matchMessages.end) return takeEnd(session, readNotes(parse('end', opened())).notes, key);
  if (kind === matchMessages.head) {
    state.heads.theirs = readHead(parse('head', opened())).head;
    return;
  }
  const acceptance = kind === matchMessages.acceptance && state.role === 'initiator' && header.seq === 0;
  // Also after our end: the partner seals its own under it.
  if (acceptance) await takeShare(session, body);
  if (state.outcome) return;
  if (acceptance) return takeAcceptance(session, opened(wrappedShareBytes), key);
  if (kind === matchMessages.ready && state.role === 'responder' && header.seq === 1) {
    return takeSizes(session, readSized(parse('ready', opened())), key);
  }
  if (kind === matchMessages.part) return takePart(session, opened());
  if (kind === matchMessages.release) {
    const said = readNotes(parse('release', opened())).notes;
    session.takeNotes(said, key);
    checkApprovals(said, state.terms.officers);
    state.released.theirs = true;
    return;
  }
  if (kind === matchMessages.key && state.role === 'initiator') {
    return keepPart(session, 'in-key', 0, expectBytes(kind, opened(), publicKeyBytes));
  }
  if (kind === matchMessages.total && state.role === 'responder') {
    return keepPart(session, 'in-total', 0, expectBytes(kind, opened(), ciphertextBytes));
  }
  if (kind === matchMessages.sum && state.role === 'initiator') {
    state.theirSum = readSum(parse('sum', opened())).sum;
    return;
  }
  throw new ProtocolFault('malformed', `kind ${kind}`);
}

/** The partner's share of the keys: both count from here on. */
async function takeShare(session: MatchSession, body: Uint8Array): Promise<void> {
  const { state, standing } = session;
  const wrapped = body.subarray(0, wrappedShareBytes);
  const share = await unwrapShare(standing.wrapPrivateKey(), session.session, wrapped);
  if (share.length !== shareBytes || !state.secrets || !session.channel) throw new ProtocolFault('seal_broken', 'share');
  if (!session.channel.isComplete) session.channel.complete(share);
  state.secrets = { ...state.secrets, theirShare: Buffer.from(share).toString('base64url') };
  state.accepted = true;
}

function takeAcceptance(session: MatchSession, opened: Buffer, key: string): void {
  takeSizes(session, readSized(parse('acceptance', opened)), key);
  checkOfficers(session);
  session.state.phase = 'running';
}

function takeSizes(session: MatchSession, said: Static<typeof sizedSchema>, key: string): void {
  const { state } = session;
  session.takeNotes(said.notes, key);
  const theirs: Sizes = said.sizes;
  const kinds = Object.keys(theirs).sort();
  if (kinds.join() !== [...state.terms.kinds].sort().join()) throw new ProtocolFault('list_wrong', 'sizes');
  const noted = said.notes.find(({ note }) => note.saying.kind === 'sizes')?.note.saying;
  if (noted?.kind !== 'sizes' || canonicalJson(noted.lists) !== canonicalJson(theirs))
    throw new ProtocolFault('list_wrong', 'sizes');
  checkSizes(theirs, state.terms, 'theirs');
  state.theirs = theirs;
}

/** As many different people of the partner as the terms ask for. @throws {ProtocolFault} officers_missing */
export function checkOfficers({ state }: MatchSession): void {
  const theirs = state.notes.filter(({ note }) => note.by === state.partner);
  checkApprovals(theirs, state.terms.officers);
}

function checkApprovals(notes: readonly SignedNote[], least: number): void {
  const officers = notes.flatMap(({ note }) => (note.saying.kind === 'approval' ? [note.saying.officer] : []));
  if (new Set(officers).size < least) throw new ProtocolFault('officers_missing', `${least}`);
}

function takeEnd(session: MatchSession, ended: readonly SignedNote[], key: string): void {
  const { state } = session;
  session.takeNotes(ended, key);
  const said = ended.find(({ note }) => note.saying.kind === 'outcome')?.note.saying;
  if (said?.kind !== 'outcome') throw new ProtocolFault('outcome_missing');
  const { kind: _kind, resultHash: _hash, ...outcome } = said;
  state.theirOutcome = outcome;
}

async function takePart(session: MatchSession, body: Buffer): Promise<void> {
  const { state } = session;
  const { part, bytes } = decodePart(body, unitOf);
  const owner = part.list === 'doubled' ? state.mine : state.theirs;
  if (part.tokens !== owner?.[part.kind] || (part.part >= partCount(part.tokens) && part.tokens > 0)) {
    throw new ProtocolFault('list_wrong', `${part.list} ${part.kind}`);
  }
  await keepPart(session, spoolName(`in-${part.list}`, part.kind), part.part, bytes);
}

/** What computes with it takes another length for a fault of ours. @throws {ProtocolFault} malformed */
function expectBytes(kind: string, bytes: Buffer, expected: number): Buffer {
  if (bytes.length !== expected) throw new ProtocolFault('malformed', kind);
  return bytes;
}

async function keepPart(session: MatchSession, name: string, part: number, bytes: Uint8Array): Promise<void> {
  await session.ports.spool.put(session.session, name, part, bytes);
  const received = session.received.get(name) ?? new Set<number>();
  session.received.set(name, received.add(part));
}

function takeVerdict(session: MatchSession, kind: string, body: Uint8Array): void {
  const { state } = session;
  if (kind !== tallyKinds.verdict) throw new ProtocolFault('malformed', `kind ${kind}`);
  const said = readTallyVerdict(body);
  // Where the sides disagree it names the terms of who spoke first.
  if (said.verdict !== 'disagree' && said.terms !== session.parameters) throw new ProtocolFault('parameters_changed', 'verdict');
  const counts = said.counts && Object.fromEntries(said.counts.map(({ kind: of, shared }) => [of, shared]));
  const counted: Counted = { verdict: said.verdict, ...(counts && { counts }) };
  // The same may come again, after a write that failed; another one is none.
  if (state.counted && canonicalJson(state.counted) !== canonicalJson(counted))
    throw new ProtocolFault('malformed', `kind ${kind}`);
  state.counted = counted;
}
