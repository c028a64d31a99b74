// All lives side by side, week by week, and the order in which their events reach the node. No more than the events under way
// are held in memory: a week is lived, sorted by time of arrival, handed over and forgotten.

import type { Event } from '../core/model/event.ts';
import { beginLife, liveWeek } from './behaviour.ts';
import { momentIn, sampleEndMs, sampleStartMs, sampleWeeks, weekMs } from './calendar.ts';
import type { Life } from './life.ts';
import { peopleOf } from './people.ts';
import { seeded, uuidFrom } from './random.ts';
import { arrivalRates, type Emit } from './scribe.ts';
import type { SampleSource } from './sources.ts';
import { type Device, drawIp, tabletOf } from './systems/devices.ts';
import { visitAsStranger } from './systems/shop.ts';

export type SampleOptions = {
  /** Any whole number; the same one gives the same bytes. */
  readonly seed: number;
  /** True people, from 1 to `sampleLimits.people`; 2,000 is the sample organisation. */
  readonly people: number;
  /** How much each of them does: 1 gives some 60,000 events for 2,000 people, 2 nearly twice as many. From 0.1 to 10. */
  readonly scale?: number;
};

export const sampleLimits = { people: 1_000_000, scale: [0.1, 10] } as const;

export type SampleEvent = { readonly source: SampleSource; readonly event: Event };
/** What really happened, told to who scores the node's answers. */
export type Witness = {
  seen?(source: SampleSource, event: Event, personId: string): void;
  left?(personId: string, decidedAtMs: number, leavesAtMs: number): void;
};

/** Strangers a week beside a thousand people. */
const strangersPerThousand = 2;

/**
 * Lives through the whole history.
 * @returns events in order of arrival; the witness has heard of each before it is handed over
 * @throws {RangeError} on options outside `sampleLimits`
 */
export function* history(options: SampleOptions, witness: Witness = {}): Generator<SampleEvent> {
  const { seed, people, scale } = checked(options);
  const queue = new ArrivalQueue();
  const chance = seeded(seed, 'resent');
  const emit: Emit = (source, event, personId) => {
    if (event.occurredAtMs >= sampleEndMs) return;
    const arrived = event.receivedAtMs >= sampleEndMs ? { ...event, receivedAtMs: sampleEndMs - 1 } : event;
    witness.seen?.(source, arrived, personId);
    queue.put(source, arrived);
    if (!chance.chance(arrivalRates.resent)) return;
    const againAtMs = arrived.receivedAtMs + chance.between(1, 900) * 1000;
    if (againAtMs < sampleEndMs) queue.put(source, { ...arrived, receivedAtMs: againAtMs });
  };
  const lives: Life[] = [];
  const tablets = new Map<string, Device>();
  for (const person of peopleOf(seed, people)) {
    lives.push(beginLife(seed, person, emit));
    const { id, tablet } = person.household;
    if (tablet && !tablets.has(id)) tablets.set(id, tabletOf(seeded(seed, 'tablet', id), tablet));
  }
  for (let week = 0; week < sampleWeeks; week++) {
    for (const life of lives) {
      const undecided = life.decidedAtMs === undefined;
      liveWeek(life, tablets.get(life.person.household.id), week, { scale });
      if (undecided && life.decidedAtMs !== undefined) witness.left?.(life.person.id, life.decidedAtMs, life.leavesAtMs!);
    }
    strangers(seed, week, people * scale, emit);
    yield* queue.take(week);
  }
}

function checked(options: SampleOptions): Required<SampleOptions> {
  const { seed, people, scale = 1 } = options;
  const [least, most] = sampleLimits.scale;
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed: expected a whole number, got ${seed}`);
  if (!Number.isSafeInteger(people) || people < 1 || people > sampleLimits.people) {
    throw new RangeError(`people: expected 1 to ${sampleLimits.people}, got ${people}`);
  }
  if (!(scale >= least && scale <= most)) throw new RangeError(`scale: expected ${least} to ${most}, got ${scale}`);
  return { seed, people, scale };
}

/** Visitors who are nobody of the people, seen once or twice and never named. */
function strangers(seed: number, week: number, people: number, emit: Emit): void {
  const rng = seeded(seed, 'strangers', week);
  for (let left = rng.poisson((people / 1000) * strangersPerThousand); left > 0; left--) {
    const personId = `V${String(week).padStart(2, '0')}${String(left).padStart(5, '0')}`;
    const app = rng.chance(0.25);
    const device: Device = {
      path: app ? 'app' : 'web',
      anonymousId: uuidFrom(rng),
      ...(app && { deviceId: `dev-${rng.hex(16)}` }),
      model: rng.below(5),
      ip: drawIp(rng),
      shared: false,
      visitsBeforeLogin: 0,
      neverLogsIn: true,
      signedInAs: undefined,
    };
    const drives = {
      shopPerWeek: 0,
      storePerWeek: 0,
      buying: 0,
      purse: 1,
      tastes: [rng.below(20)],
      opensMail: 0,
      voice: 0,
      consents: false,
    };
    for (let visit = rng.chance(0.25) ? 2 : 1; visit > 0; visit--)
      visitAsStranger({ rng, personId, emit }, device, drives, momentIn(rng, week, 'shop'));
  }
}

type Waiting = SampleEvent & { readonly order: number };

/** Events by the week in which they arrive. */
class ArrivalQueue {
  readonly #weeks: Waiting[][] = Array.from({ length: sampleWeeks }, () => []);
  #order = 0;
  #taken = -1;

  put(source: SampleSource, event: Event): void {
    const week = Math.floor((event.receivedAtMs - sampleStartMs) / weekMs);
    const bucket = this.#weeks[week];
    if (!bucket || week <= this.#taken)
      throw new Error(
        `${event.name ?? event.kind} of ${source} arrives in week ${week}, after week ${this.#taken} was handed over`,
      );
    bucket.push({ source, event, order: this.#order++ });
  }

  *take(week: number): Generator<SampleEvent> {
    const bucket = this.#weeks[week]!;
    this.#weeks[week] = [];
    this.#taken = week;
    bucket.sort((a, b) => a.event.receivedAtMs - b.event.receivedAtMs || a.order - b.order);
    for (const { source, event } of bucket) yield { source, event };
  }
}
