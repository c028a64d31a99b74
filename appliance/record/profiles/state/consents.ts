// Consent as customers gave and took it back: per purpose and channel the latest word of one record, and what was said before.
// Over the records of a person the strictest word wins, so that a merge never widens what may be done.

import {
  anyChannel,
  type ConsentFact,
  type ConsentState,
  type ConsentStatus,
  refuses,
  wordKey,
} from '../../../core/model/consent.ts';
import type { Event, Json, JsonObject } from '../../../core/model/event.ts';
import { asText, dictionary, insertLatest, isLater, keepLeast, mergeLatest, type Stamp } from './stamp.ts';

/**
 * Pairs of purpose and channel kept, by name and not by time: no later event makes the node forget a refusal it keeps. Facts of the
 * history kept, the latest ones; what is beyond stays in the timeline.
 */
export const consentLimits = { perRecord: 200, history: 100 } as const;

const eventStatus = new Map<string, ConsentStatus>([
  ['Consent Given', 'given'],
  ['Consent Granted', 'given'],
  ['Consent Denied', 'denied'],
  ['Consent Withdrawn', 'withdrawn'],
  ['Consent Revoked', 'withdrawn'],
  ['Consent Expired', 'expired'],
  ['Unsubscribed', 'withdrawn'],
]);

export const consents = {
  empty: (): ConsentState => ({ words: dictionary(), history: [] }),

  /** Whether an event may say something about consent, or about the age that it depends on. */
  concernedBy(event: Event): boolean {
    if (event.kind === 'track' && event.name !== undefined && eventStatus.has(event.name)) return true;
    return event.kind === 'identify' || event.context?.traits !== undefined;
  },

  fold(state: ConsentState, event: Event, stamp: Stamp): void {
    if (event.kind === 'track' && event.name !== undefined) {
      const status = eventStatus.get(event.name);
      const purpose = asText(event.properties?.purpose) ?? (event.name === 'Unsubscribed' ? 'marketing' : undefined);
      if (status && purpose) put(state, factOf(purpose, status, event.properties ?? {}, stamp));
    }
    const given = event.kind === 'identify' ? event.traits?.consents : undefined;
    if (isObject(given)) {
      for (const [name, value] of Object.entries(given)) {
        const purpose = asText(name);
        const status = statusOf(value);
        if (status && purpose) put(state, factOf(purpose, status, isObject(value) ? value : {}, stamp));
      }
    }
  },

  combine(left: ConsentState, right: ConsentState): ConsentState {
    const words = dictionary(left.words);
    for (const [name, theirs] of Object.entries(right.words)) {
      const mine = words[name];
      words[name] = mine ? strictest(mine, theirs) : theirs;
    }
    const cut = keepLeast(words, consentLimits.perRecord);
    const history = mergeLatest(left.history, right.history, consentLimits.history);
    return { words, history, ...((cut || left.overflow || right.overflow) && { overflow: true }) };
  },
};

function put(state: ConsentState, fact: ConsentFact): void {
  const name = wordKey(fact.purpose, fact.channel);
  const mine = state.words[name];
  if (!mine || isLater(fact, mine)) state.words[name] = fact;
  if (keepLeast(state.words, consentLimits.perRecord)) state.overflow = true;
  insertLatest(state.history, fact, consentLimits.history);
}

/** A no before a yes, a yes before one that ran out: who said nothing more to one system may have said yes to another. */
const strictness = { denied: 2, withdrawn: 2, given: 1, expired: 0 } as const;

function strictest(a: ConsentFact, b: ConsentFact): ConsentFact {
  const difference = strictness[a.status] - strictness[b.status];
  if (difference !== 0) return difference > 0 ? a : b;
  return isLater(b, a) ? b : a;
}

function factOf(purpose: string, status: ConsentStatus, detail: JsonObject, stamp: Stamp): ConsentFact {
  const fact: ConsentFact = { ...stamp, purpose, channel: asText(detail.channel) ?? anyChannel, status };
  const texts = {
    policyVersion: asText(detail.policyVersion ?? detail.policy_version),
    legalBasis: asText(detail.legalBasis ?? detail.legal_basis),
    language: asText(detail.language),
    evidence: asText(detail.evidence),
  };
  for (const [name, text] of Object.entries(texts)) if (text !== undefined) Object.assign(fact, { [name]: text });
  const expires = detail.expiresAt ?? detail.expires_at;
  // A no does not run out.
  if (expires !== undefined && expires !== null && !refuses(fact)) fact.expiresAtMs = expiryOf(expires, stamp.atMs);
  if (detail.separate === true || detail.explicit === true) fact.separate = true;
  if (detail.guardian === true) fact.guardian = true;
  return fact;
}

/** Milliseconds or ISO 8601. One that cannot be read has passed: nobody can say until when it held. */
function expiryOf(value: Json, saidAtMs: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  const ms = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isSafeInteger(ms) ? ms : saidAtMs;
}

function statusOf(value: Json): ConsentStatus | undefined {
  if (value === true) return 'given';
  if (value === false) return 'denied';
  const word = isObject(value) ? value.status : value;
  return word === 'given' || word === 'denied' || word === 'withdrawn' || word === 'expired' ? word : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
