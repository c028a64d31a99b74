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
  /** Those of the events that somebody looks into. */
  lookedInto: readonly Event[];
};

export type PersonWatcher = {
  /** Whether it wants to be told: what is said before costs nothing. Whoever begins to want it waits for `People.quiet` and reads everybody. */
  wants(): boolean;
  /** Whether it wants to see events of this name as they are, and not the name alone. */
  looksInto?(name: string): boolean;
  /** Called once it is on disk and before whoever sent it is answered; must be quick and must not throw. */
  changed(changes: readonly RecordChange[]): void;
  /** These records are no more. */
  gone(recordIds: readonly number[]): void;
  /** What was told may differ from what is stored: ask about everybody anew. */
  lost(): void;
};

/** What the events of one group say, by record. */
export class Told {
  readonly #byRecord = new Map<Held, Names>();
  readonly #looksInto: (name: string) => boolean;

  constructor(looksInto: (name: string) => boolean) {
    this.#looksInto = looksInto;
  }

  add(held: Held, event: Event): void {
    let mine = this.#byRecord.get(held);
    if (!mine) {
      mine = { events: [], traits: [], lookedInto: [] };
      this.#byRecord.set(held, mine);
    }
    const name = activityName(event);
    if (!mine.events.includes(name)) mine.events.push(name);
    if (this.#looksInto(name)) mine.lookedInto.push(event);
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

type Names = { events: string[]; traits: string[]; lookedInto: Event[] };
const nothing: Names = { events: [], traits: [], lookedInto: [] };

function changeOf({ recordId, personId }: Held, { events, traits, lookedInto }: Names, whole: boolean): RecordChange {
  return { recordId, personId, events, traits, whole, lookedInto };
}
