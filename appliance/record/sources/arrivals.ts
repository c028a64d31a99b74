// Arrivals: every batch goes through its source's dictionary here; what passes is recorded, what breaks a rule is kept in quarantine.
// Both are on disk before the answer, quarantine first: should the record then refuse the batch, it has recorded none of it.

import type { Event, Outcome, RecordBatch, SourceId } from '../../core/model/event.ts';
import type { Dictionaries } from './dictionaries.ts';
import { applyDictionary, type CompiledDictionary } from './dictionary.ts';
import type { Broken, Quarantine, Replayed, Retried } from './quarantine.ts';

/** A batch that is on disk. */
export type Arrived = {
  readonly source: SourceId;
  readonly dictionary: CompiledDictionary;
  /** As they came. */
  readonly events: readonly Event[];
  /** As the dictionary made them, by their places; undefined where it did not let one pass. */
  readonly made: readonly (Event | undefined)[];
  readonly outcomes: readonly Outcome[];
};

/** Who looks at what arrives: the catalogue and the quality of data. */
export type Observer = {
  /** The first field of an event that nobody has classified. */
  unclassified(source: SourceId, event: Event): { where: string; reason: string } | undefined;
  observed(arrived: Arrived): void;
};

export type ArrivalsParts = {
  dictionaries: Dictionaries;
  quarantine: Quarantine;
  /** The record, which has not heard of dictionaries. */
  record: RecordBatch;
  /** Which of these messages of a source are recorded and on disk. */
  recorded(source: SourceId, messageIds: readonly string[]): Promise<ReadonlySet<string>>;
  observer?: Observer;
};

export type Arrivals = {
  /** As the record's own, with outcomes `quarantined` in their places. */
  readonly recordBatch: RecordBatch;
  /** Quarantined events again, through the dictionaries as they are now. @throws {Fault} as Quarantine.replay */
  replay(ids: readonly number[]): Promise<Replayed[]>;
};

export function createArrivals(parts: ArrivalsParts): Arrivals {
  const { dictionaries, quarantine, record, observer } = parts;

  async function recordBatch(source: SourceId, events: readonly Event[]): Promise<Outcome[]> {
    const known = dictionaries.of(source);
    const dictionary = known instanceof Promise ? await known : known;
    const { good, broken } = judge(source, dictionary, events, observer);
    if (broken.size === 0) {
      const recorded = await record(source, good);
      observer?.observed({ source, dictionary, events, made: good, outcomes: recorded });
      return recorded;
    }
    const kept = await keep(source, [...broken.values()]);
    const recorded = await record(source, good);
    const outcomes = merge(events.length, broken, recorded, kept);
    const unmade = kept.map(() => undefined);
    observer?.observed({
      source,
      dictionary,
      events,
      made: merge<Event | undefined>(events.length, broken, good, unmade),
      outcomes,
    });
    return outcomes;
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
    const judged = judge(source, await dictionaries.of(source), events, observer);
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
function judge(
  source: SourceId,
  dictionary: CompiledDictionary,
  events: readonly Event[],
  observer: Observer | undefined,
): Judged {
  const holds = dictionary.document.unclassified === 'hold' ? observer : undefined;
  const good: Event[] = [];
  let broken: Map<number, Broken> | undefined;
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at]!;
    const applied = applyDictionary(dictionary, event);
    // Asked of the event as it came: what people classify is what a source sends.
    const held = applied.ok ? holds?.unclassified(source, event) : applied;
    if (applied.ok && held === undefined) good.push(applied.event);
    else if (held !== undefined && 'reason' in held) {
      broken ??= new Map();
      broken.set(at, { event, reason: held.reason, where: held.where });
    }
  }
  return { good, broken: broken ?? nothingBroken };
}

/** Two lists of outcomes in the order of the events. */
function merge<T>(count: number, broken: ReadonlyMap<number, Broken>, good: readonly T[], bad: readonly T[]): T[] {
  let [goodAt, badAt] = [0, 0];
  return Array.from({ length: count }, (_, at) => (broken.has(at) ? bad[badAt++]! : good[goodAt++]!));
}
