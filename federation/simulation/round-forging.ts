// Transcripts of rounds as files that somebody writes who has keys: the whole board signed anew by everybody together, or lines exchanged.

import type { Key } from '../../crypto/keys.ts';
import { type Entry, emptyBoard, nextHead, type Saying, type SignedEntry, signEntry } from '../protocol/round/sayings.ts';
import { type RoundOpening, writeRoundTranscript } from '../protocol/round/transcript-lines.ts';
import type { RoundWorld } from './round-world.ts';

export type RoundFile = {
  readonly opening: RoundOpening;
  readonly entries: readonly SignedEntry[];
  readonly sums: readonly { readonly sum: number; readonly bytes: Buffer }[];
  readonly model: Buffer | undefined;
};

/** Signatures under the end come when they come: a copy may lack any of them. */
export function withoutClosings(text: string): string {
  return text.replace(/^\{"closing":.*\n/gm, '');
}

export function apart(text: string): RoundFile {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { entry: unknown; sum: number; bytes: string });
  const bytes = (line: { bytes: string }) => Buffer.from(line.bytes, 'base64url');
  const model = lines.find(({ entry }) => entry === 'model');
  return {
    opening: lines[0] as unknown as RoundOpening,
    entries: lines.filter(({ entry }) => typeof entry === 'object') as unknown as SignedEntry[],
    sums: lines.filter(({ entry }) => entry === 'sum').map((line) => ({ sum: line.sum, bytes: bytes(line) })),
    model: model && bytes(model),
  };
}

export function written({ opening, entries, sums, model }: RoundFile): string {
  const { federation, round, log } = opening;
  return writeRoundTranscript({ federation, round, log }, entries, sums, model);
}

function keyOf(world: RoundWorld, member: string): Key<'signing'> {
  return [...world.all.map(({ who }) => who), world.coordinator, world.founder].find(({ id }) => id === member)!.key;
}

/** Says something else in some entries, and signs those alone. */
export function changed(world: RoundWorld, file: RoundFile, change: (says: Saying, entry: Entry) => Saying): RoundFile {
  const entries = file.entries.map((signed) => {
    const says = change(signed.entry.says, signed.entry);
    return says === signed.entry.says ? signed : signEntry(keyOf(world, signed.entry.by), { ...signed.entry, says });
  });
  return { ...file, entries };
}

/** The same, and everybody who spoke later signs what follows anew: what all of them together could write. */
export function together(world: RoundWorld, file: RoundFile, change: (says: Saying, entry: Entry) => Saying): RoundFile {
  const heads: string[] = [emptyBoard.head];
  const entries = file.entries.map(({ entry }, line) => {
    const seen = { lines: entry.seen.lines, head: heads[entry.seen.lines]! };
    const signed = signEntry(keyOf(world, entry.by), { ...entry, seen, says: change(entry.says, entry) });
    heads.push(nextHead(heads.at(-1)!, line, signed));
    return signed;
  });
  return { ...file, entries };
}
