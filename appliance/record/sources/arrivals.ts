// Arrivals: every batch goes through its source's dictionary here; what passes is recorded, what breaks a rule is kept in quarantine.
// Both are on disk before the answer, quarantine first: should the record then refuse the batch, it has recorded none of it.

import type { Event, Outcome, RecordBatch, SourceId } from '../../core/model/event.ts';
import type { Dictionaries } from './dictionaries.ts';
import { applyDictionary, type CompiledDictionary } from './dictionary.ts';
import type { Broken, Quarantine, Replayed, Retried } from './quarantine.ts';

export type ArrivalsParts = {
  dictionaries: Dictionaries;
  quarantine: Quarantine;
  /** The record, which has not heard of dictionaries. */
  record: RecordBatch;
  /** Which of these messages of a source are recorded and on disk. */
  recorded(source: SourceId, messageIds: readonly string[]): Promise<ReadonlySet<string>>;
};

export type Arrivals = {
  /** As the record's own, with outcomes `quarantined` in their places. */
  readonly recordBatch: RecordBatch;
  /** Quarantined events again, through the dictionaries as they are now. @throws {Fault} as Quarantine.replay */
  replay(ids: readonly number[]): Promise<Replayed[]>;
};

export function createArrivals(parts: ArrivalsParts): Arrivals {
  const { dictionaries, quarantine, record } = parts;

  async function recordBatch(source: SourceId, events: readonly Event[]): Promise<Outcome[]> {
    const dictionary = dictionaries.of(source);
    const judged = judge(dictionary instanceof Promise ? await dictionary : dictionary, events);
    if (judged.broken.size === 0) return record(source, judged.good);
    const kept = await keep(source, [...judged.broken.values()]);
    const recorded = await record(source, judged.good);
    return merge(events.length, judged.broken, recorded, kept);
  }

  /** A message that was fixed and replayed, or recorded under an older dictionary, may be sent again: it is there. */
  const alreadyThere = (source: SourceId, broken: readonly Broken[]) =>
    parts.recorded(
      source,
      broken.map(({ event }) => event.messageId),
    );

  async function keep(source: SourceId, broken: readonly Broken[]): Promise<Outcome[]> {
    const there = await alreadyThere(source, broken);
    const kept = await quarantine.keep(
      source,
      broken.filter(({ event }) => !there.has(event.messageId)),
    );
    let at = 0;
    return broken.map(({ event: { messageId }, where, reason }) => {
      if (there.has(messageId)) return { messageId, outcome: 'duplicate' };
      const full = kept[at++] === false ? `; ${notKept}` : '';
      return { messageId, outcome: 'quarantined', reason: `${where}: ${reason}${full}` };
    });
  }

  async function recordAgain(source: SourceId, events: readonly Event[]): Promise<Retried[]> {
    const judged = judge(await dictionaries.of(source), events);
    const broken = [...judged.broken.values()];
    const there = broken.length === 0 ? undefined : await alreadyThere(source, broken);
    const recorded = await record(source, judged.good);
    const again = recorded.map(({ outcome }): Retried => ({ outcome }));
    const still = broken.map(({ event, where, reason }): Retried => {
      return there?.has(event.messageId) ? { outcome: 'duplicate' } : { outcome: 'quarantined', reason, where };
    });
    return merge(events.length, judged.broken, again, still);
  }

  return { recordBatch, replay: (ids) => quarantine.replay(ids, recordAgain) };
}

export const notKept = "not kept: the source's quarantine is full";

type Judged = { readonly good: readonly Event[]; readonly broken: ReadonlyMap<number, Broken> };

const nothingBroken: ReadonlyMap<number, Broken> = new Map();

/** What passes, as the dictionary made it, and what does not, as it came, by its place in the batch. */
function judge(dictionary: CompiledDictionary, events: readonly Event[]): Judged {
  const good: Event[] = [];
  let broken: Map<number, Broken> | undefined;
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at]!;
    const applied = applyDictionary(dictionary, event);
    if (applied.ok) good.push(applied.event);
    else {
      broken ??= new Map();
      broken.set(at, { event, reason: applied.reason, where: applied.where });
    }
  }
  return { good, broken: broken ?? nothingBroken };
}

/** Two lists of outcomes in the order of the events. */
function merge<T>(count: number, broken: ReadonlyMap<number, Broken>, good: readonly T[], bad: readonly T[]): T[] {
  let [goodAt, badAt] = [0, 0];
  return Array.from({ length: count }, (_, at) => (broken.has(at) ? bad[badAt++]! : good[goodAt++]!));
}
