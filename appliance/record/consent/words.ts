// One record's word about a purpose and channel: which of all it said is the one that counts. Pure; the single form of the gate and
// its columns both ask here, so that they cannot differ in it.

import { anyChannel, type ConsentFact, type ConsentState, refuses } from '../../core/model/consent.ts';
import type { Purpose } from '../../core/model/purposes.ts';

/** What a record says, by purpose as it is compared: events spell names in any case. */
export type Words = ReadonlyMap<string, readonly ConsentFact[]>;

const none: readonly ConsentFact[] = [];

export function wordsOf(state: ConsentState): Words {
  const byPurpose = new Map<string, ConsentFact[]>();
  for (const fact of Object.values(state.words)) {
    const purpose = compared(fact.purpose);
    const facts = byPurpose.get(purpose);
    if (facts) facts.push(fact);
    else byPurpose.set(purpose, [fact]);
  }
  return byPurpose;
}

/**
 * The latest word about the channel itself or about all channels; but a no to the channel stands until a yes to the same channel,
 * and of the broader purpose only a no counts, where it is the latest.
 * @param channel one of the purpose's, or `*` where it has none
 */
export function wordOf(words: Words, purpose: Purpose, channel: string): ConsentFact | undefined {
  const own = words.get(purpose.purpose) ?? none;
  const broader = purpose.under === undefined ? none : (words.get(purpose.under) ?? none);
  // A purpose that has no channels is one thing, whatever channel a client wrote beside it.
  const whole = purpose.channels.length === 0;
  let word: ConsentFact | undefined;
  for (const fact of own) if (whole || compared(fact.channel) === channel) word = word ? strictest(word, fact, whole) : fact;
  if (word && refuses(word)) return word;
  const general = whole ? none : own.filter((fact) => fact.channel === anyChannel);
  const refusals = broader.filter((fact) => refuses(fact) && covers(fact, channel));
  for (const fact of [...general, ...refusals]) if (!word || isLater(fact, word)) word = fact;
  return word;
}

/** Whether a fact is a no to this purpose over this channel. */
export function reaches(fact: Pick<ConsentFact, 'purpose' | 'channel' | 'status'>, purpose: string, channel: string): boolean {
  const { status } = fact;
  if (status !== 'denied' && status !== 'withdrawn') return false;
  return (
    compared(fact.purpose) === purpose &&
    (fact.channel === anyChannel || channel === anyChannel || compared(fact.channel) === channel)
  );
}

function covers(fact: ConsentFact, channel: string): boolean {
  return fact.channel === anyChannel || compared(fact.channel) === channel;
}

/** Two spellings of one channel: the later. Two channels of a purpose that has none: the no. */
function strictest(a: ConsentFact, b: ConsentFact, apart: boolean): ConsentFact {
  if (apart && refuses(a) !== refuses(b)) return refuses(a) ? a : b;
  return isLater(b, a) ? b : a;
}

export function isLater(a: ConsentFact, b: ConsentFact): boolean {
  return a.atMs > b.atMs || (a.atMs === b.atMs && a.by > b.by);
}

function compared(name: string): string {
  return name.trim().toLowerCase();
}
