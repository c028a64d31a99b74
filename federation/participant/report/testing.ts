// Whole matches for the tests of transcripts and reports, run by the engine, and transcripts written anew by two sides who agree to lie.

import { writeMessage } from '../../protocol/message.ts';
import { federationId } from '../../protocol/testing.ts';
import {
  buildTranscript,
  type Entry,
  type Item,
  type Opening,
  parametersHash,
  type Saying,
  signHead,
  writeNote,
  writeTranscript,
} from '../../protocol/transcript.ts';
import type { Budget, Proposal } from '../match/match.ts';
import { datasetOf, drive, type Lists, newPair, type Pair, proposal, type Side, twoOfUs } from '../match/testing.ts';

export const phone = (n: number) => `phone:+8613800${String(n).padStart(6, '0')}`;
export const phones = (from: number, to: number): Lists => ({
  phone: Array.from({ length: to - from }, (_, at) => [phone(from + at)]),
});

export type Setting = {
  readonly terms?: Partial<Proposal>;
  readonly one?: Lists;
  readonly two?: Lists;
  readonly values?: number[];
  readonly budget?: Budget;
  /** What the responder's officers do; they accept unless said. */
  readonly answer?: (pair: Pair, session: string) => Promise<void>;
};
export type Run = Pair & { readonly session: string; readonly text: string };

/** 40 and 30 customers, of whom both have 10. */
export async function matched(setting: Setting = {}): Promise<Run> {
  const pair = await newPair();
  pair.one.dataset = datasetOf(setting.one ?? phones(0, 40));
  pair.two.dataset = datasetOf(setting.two ?? phones(30, 60), setting.values);
  await Promise.all([pair.one.open(), pair.two.open()]);
  const sides = [pair.one, pair.two];
  const session = await pair.one.matches.propose(proposal(pair, setting.terms ?? {}), {}, twoOfUs, setting.budget);
  await drive(pair, () => pair.two.matches.list().length > 0);
  if (setting.answer) await setting.answer(pair, session);
  else if (pair.two.matches.get(session).phase === 'asked') {
    await pair.two.matches.accept(session, {}, twoOfUs, setting.budget);
  }
  const all = (phase: string) => sides.every(({ matches }) => matches.get(session).phase === phase);
  if (setting.terms?.countFirst) {
    await drive(pair, () => all('counted'));
    for (const { matches } of sides) await matches.release(session, twoOfUs);
  }
  await drive(pair, () => all('ended'));
  const text = await pair.one.matches.transcript(session);
  await Promise.all(sides.map((side) => side.close()));
  return { ...pair, session, text };
}

export type Said = { readonly by: string; readonly atMs: number; readonly saying: Saying };
export type Sent = { readonly from: string; readonly kind: string; readonly atMs: number; readonly session?: string };
/** A transcript apart: what was said and sent, to be changed and signed anew. */
export type Apart = { readonly opening: Opening; readonly said: readonly Said[]; readonly sent: readonly Sent[] };

export function apart(text: string): Apart {
  const entries = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);
  const { entry: _entry, seq: _seq, previous: _previous, ...opening } = entries[0] as Extract<Entry, { entry: 'open' }>;
  return {
    opening,
    said: entries.flatMap((one) =>
      one.entry === 'note' ? [{ by: one.note.by, atMs: one.note.atMs, saying: one.note.saying }] : [],
    ),
    sent: entries.flatMap((one) =>
      one.entry === 'message' ? [{ from: one.header.from, kind: one.header.kind, atMs: one.header.sentAtMs }] : [],
    ),
  };
}

/** Numbers, chains and signs everything anew with the keys of both: what two who agree to lie could write. */
export function together({ one, two, session }: Run, { opening, said, sent }: Apart): string {
  const sides = [one, two];
  const sideOf = (id: string): Side => sides.find(({ member }) => member.id === id)!;
  const next = new Map<string, number>();
  const number = (lane: string) => {
    const n = next.get(lane) ?? 0;
    next.set(lane, n + 1);
    return n;
  };
  const parameters = parametersHash(opening.parameters);
  const notes = said.map(({ by, atMs, saying }): Item => {
    const fields = { federation: federationId, session, by, n: number(`${by} note`), atMs, parameters, saying };
    return writeNote(sideOf(by).member.key, fields);
  });
  const messages = sent.map(({ from, kind, atMs, session: other }): Item => {
    const to = sides.find(({ member }) => member.id !== from)!.member.id;
    const fields = { federation: federationId, from, to, session: other ?? session, kind, seq: number(from), sentAtMs: atMs };
    const { header, signature } = writeMessage(sideOf(from).member.key, fields, Buffer.from(kind));
    return { header, signature };
  });
  const transcript = buildTranscript(opening, [...messages, ...notes]);
  return writeTranscript(
    transcript,
    sides.map(({ member }) => signHead(member.key, member.id, opening, transcript)),
  );
}
