// Whom the record tells of everybody whose facts changed: features, segments and scores follow from here.

import type { Event } from '../../core/model/event.ts';
import type { Held } from './cache.ts';
import { activityName } from './state/activity.ts';

/** What is new of one record. `whole`: it is new, or another person's than before, or was folded anew. */
export type RecordChange = {
  recordId: number;
  personId: number;
  /** Names of what was done, as `PersonFacts.did` knows them, and of traits that were told. */
  events: readonly string[];
  traits: readonly string[];
  whole: boolean;
};

export type PersonWatcher = {
  /** Whether it wants to be told: what is said before costs nothing. Whoever begins to want it waits for `People.quiet` and reads everybody. */
  wants(): boolean;
  /** Called once it is on disk and before whoever sent it is answered; must be quick and must not throw. */
  changed(changes: readonly RecordChange[]): void;
  /** These records are no more. */
  gone(recordIds: readonly number[]): void;
  /** What was told may differ from what is stored: ask about everybody anew. */
  lost(): void;
};

/** What the events of one group say, by record. */
export class Told {
  readonly #byRecord = new Map<Held, { events: string[]; traits: string[] }>();

  add(held: Held, event: Event): void {
    let mine = this.#byRecord.get(held);
    if (!mine) {
      mine = { events: [], traits: [] };
      this.#byRecord.set(held, mine);
    }
    const name = activityName(event);
    if (!mine.events.includes(name)) mine.events.push(name);
    if (event.kind === 'identify' && event.traits) mine.traits.push(...Object.keys(event.traits));
    const inContext = event.context?.traits;
    if (typeof inContext === 'object' && inContext !== null) mine.traits.push(...Object.keys(inContext));
  }

  /** As things stand now. @param whole records that may differ in everything */
  changes(whole: Iterable<Held>): RecordChange[] {
    const all = new Map<Held, RecordChange>();
    for (const held of whole) all.set(held, changeOf(held, nothing, true));
    for (const [held, told] of this.#byRecord) all.set(held, changeOf(held, told, all.has(held)));
    return [...all.values()];
  }
}

type Names = { events: string[]; traits: string[] };
const nothing: Names = { events: [], traits: [] };

function changeOf({ recordId, personId }: Held, { events, traits }: Names, whole: boolean): RecordChange {
  return { recordId, personId, events, traits, whole };
}
