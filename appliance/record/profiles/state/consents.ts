// Consent as customers gave and took it back: per purpose and channel, the latest word of one record; over the records of
// a person the strictest word wins, so that a merge never widens what may be done.

import type { Event, Json, JsonObject } from '../../../core/model/event.ts';
import { asText, dictionary, isLater, keepLeast, type Stamp } from './stamp.ts';

/** Pairs of purpose and channel kept, by name and not by time: no later event makes the node forget a refusal it keeps. */
export const consentLimits = { perRecord: 200 } as const;

export type ConsentStatus = 'given' | 'denied' | 'withdrawn';
export type Consent = Stamp & {
  purpose: string;
  channel: string;
  status: ConsentStatus;
  policyVersion?: string;
  legalBasis?: string;
};
export type ConsentState = { [purposeAndChannel: string]: Consent };

/** `*` stands for every channel. */
export const anyChannel = '*';

const eventStatus = new Map<string, ConsentStatus>([
  ['Consent Given', 'given'],
  ['Consent Granted', 'given'],
  ['Consent Denied', 'denied'],
  ['Consent Withdrawn', 'withdrawn'],
  ['Consent Revoked', 'withdrawn'],
  ['Unsubscribed', 'withdrawn'],
]);

export const consents = {
  empty: (): ConsentState => dictionary(),

  fold(state: ConsentState, event: Event, stamp: Stamp): void {
    if (event.kind === 'track' && event.name !== undefined) {
      const status = eventStatus.get(event.name);
      const purpose = asText(event.properties?.purpose) ?? (event.name === 'Unsubscribed' ? 'marketing' : undefined);
      if (status && purpose) put(state, consentOf(purpose, status, event.properties ?? {}, stamp));
    }
    const given = event.kind === 'identify' ? event.traits?.consents : undefined;
    if (isObject(given)) {
      for (const [name, value] of Object.entries(given)) {
        const purpose = asText(name);
        const status = statusOf(value);
        if (status && purpose) put(state, consentOf(purpose, status, isObject(value) ? value : {}, stamp));
      }
    }
  },

  combine(left: ConsentState, right: ConsentState): ConsentState {
    const all = dictionary(left);
    for (const [name, theirs] of Object.entries(right)) {
      const mine = all[name];
      all[name] = mine ? strictest(mine, theirs) : theirs;
    }
    keepLeast(all, consentLimits.perRecord);
    return all;
  },
};

function put(state: ConsentState, consent: Consent): void {
  const name = JSON.stringify([consent.purpose, consent.channel]);
  const mine = state[name];
  if (!mine || isLater(consent, mine)) state[name] = consent;
  keepLeast(state, consentLimits.perRecord);
}

function strictest(a: Consent, b: Consent): Consent {
  const strictA = a.status !== 'given';
  const strictB = b.status !== 'given';
  if (strictA !== strictB) return strictA ? a : b;
  return isLater(b, a) ? b : a;
}

function consentOf(purpose: string, status: ConsentStatus, detail: JsonObject, stamp: Stamp): Consent {
  const policyVersion = asText(detail.policyVersion ?? detail.policy_version);
  const legalBasis = asText(detail.legalBasis ?? detail.legal_basis);
  return {
    ...stamp,
    purpose,
    channel: asText(detail.channel) ?? anyChannel,
    status,
    ...(policyVersion !== undefined && { policyVersion }),
    ...(legalBasis !== undefined && { legalBasis }),
  };
}

function statusOf(value: Json): ConsentStatus | undefined {
  if (value === true) return 'given';
  if (value === false) return 'denied';
  const word = isObject(value) ? value.status : value;
  return word === 'given' || word === 'denied' || word === 'withdrawn' ? word : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
