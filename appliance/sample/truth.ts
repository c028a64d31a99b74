// Who is who and who left: the answers that the node is scored against. Not one of the systems knows them.

import { history, type SampleOptions } from './history.ts';
import type { SampleSource } from './sources.ts';

export type RecordKey = { readonly kind: 'user_id' | 'anonymous_id'; readonly value: string };
/** `personId` is P and five or more digits for the people, V and seven for strangers. */
export type TruthRow = { readonly source: SampleSource; readonly recordKey: RecordKey; readonly personId: string };
export type Leaver = { readonly personId: string; readonly decidedAtMs: number; readonly leavesAtMs: number };

/** Gathers the truth from events as they are witnessed; keys come in the order in which they were first seen. */
export function truthBook(): {
  seen(source: SampleSource, event: { userId?: string; anonymousId?: string }, personId: string): void;
  rows(): Generator<TruthRow>;
} {
  const people = new Map<string, string[]>();
  const note = (source: SampleSource, kind: RecordKey['kind'], value: string | undefined, personId: string) => {
    if (value === undefined) return;
    const key = `${source} ${kind} ${value}`;
    const known = people.get(key);
    if (!known) people.set(key, [personId]);
    else if (!known.includes(personId)) known.push(personId);
  };
  return {
    seen(source, event, personId) {
      note(source, 'user_id', event.userId, personId);
      note(source, 'anonymous_id', event.anonymousId, personId);
    },
    *rows() {
      for (const [key, personIds] of people) {
        const [source, kind, value = ''] = key.split(' ') as [SampleSource, RecordKey['kind'], string];
        for (const personId of personIds) yield { source, recordKey: { kind, value }, personId };
      }
    },
  };
}

/**
 * Who is behind every user id and anonymous id that occurs in the events, each pair once. An anonymous id with several
 * rows is a tablet that several people used: no single answer is right for it, so scoring leaves it out.
 */
export function* sampleTruth(options: SampleOptions): Generator<TruthRow> {
  const book = truthBook();
  for (const _ of history(options, book));
  yield* book.rows();
}

/** Who decided to leave, when, and when their last visit was or would be, which may lie beyond the sample's end. */
export function* sampleLeavers(options: SampleOptions): Generator<Leaver> {
  const leavers: Leaver[] = [];
  const left = (personId: string, decidedAtMs: number, leavesAtMs: number) => leavers.push({ personId, decidedAtMs, leavesAtMs });
  for (const _ of history(options, { left }));
  yield* leavers;
}
