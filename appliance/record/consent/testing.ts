// What consent's tests share: tables of both laws, and random ledgers whose purposes, channels and times meet.

import {
  anyChannel,
  type ConsentFact,
  type ConsentRecord,
  type ConsentState,
  type ConsentStatus,
  wordKey,
} from '../../core/model/consent.ts';
import { type PurposeTable, purposeTable } from '../../core/model/purposes.ts';

export type Random = (below: number) => number;

/** A small generator (mulberry32), for rounds that print their seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** One purpose of each manner. */
export const tables: readonly PurposeTable[] = [
  purposeTable(
    {
      law: 'gdpr',
      purposes: [
        { purpose: 'ads', basis: 'consent', channels: ['email', 'sms'], under: 'marketing' },
        { purpose: 'health', basis: 'consent', sensitive: true },
        { purpose: 'fraud', basis: 'legitimate_interests' },
        { purpose: 'surveys', basis: 'legitimate_interests', byDefault: 'denied', channels: ['email'] },
        { purpose: 'books', basis: 'legal_obligation' },
      ],
    },
    'DE',
  ),
  purposeTable(
    {
      law: 'pipl',
      purposes: [
        { purpose: 'ads', basis: 'consent', channels: ['email', 'sms'], under: 'marketing' },
        { purpose: 'health', basis: 'consent', abroad: true },
        { purpose: 'fraud', basis: 'disclosed_data' },
        { purpose: 'books', basis: 'contract' },
      ],
    },
    'CN',
  ),
];

export const beginMs = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;
const purposes = ['ads', 'ADS', 'marketing', 'health', 'fraud', 'surveys', 'books', 'constructor', 'other'];
const channels = [anyChannel, 'email', 'SMS', 'sms', 'web'];
const statuses: ConsentStatus[] = ['given', 'given', 'given', 'denied', 'withdrawn', 'expired'];

export function anyFact(random: Random, source: number, message: number): ConsentFact {
  const atMs = beginMs + random(30) * dayMs;
  return {
    atMs,
    by: `${source} m${message}`,
    purpose: purposes[random(purposes.length)]!,
    channel: channels[random(channels.length)]!,
    status: statuses[random(statuses.length)]!,
    ...(random(2) === 0 && { expiresAtMs: atMs + random(60) * dayMs }),
    ...(random(2) === 0 && { separate: true as const }),
    ...(random(3) === 0 && { guardian: true as const }),
  };
}

/** As the record's fold keeps them: the latest of each key. */
export function stateOf(facts: readonly ConsentFact[], overflow = false): ConsentState {
  const words: ConsentState['words'] = Object.create(null);
  const later = (a: ConsentFact, b: ConsentFact) => a.atMs > b.atMs || (a.atMs === b.atMs && a.by > b.by);
  for (const fact of facts) {
    const mine = words[wordKey(fact.purpose, fact.channel)];
    if (!mine || later(fact, mine)) words[wordKey(fact.purpose, fact.channel)] = fact;
  }
  return { words, history: [...facts].sort((a, b) => (later(a, b) ? -1 : 1)), ...(overflow && { overflow: true as const }) };
}

/** Birthdays around the ages of both laws, a broken one among them. */
export function anyBirthday(random: Random): string | undefined {
  return [undefined, undefined, '1980-05-05', '2012-01-20', '2010-01-25', '2012-02-29', 'soon'][random(7)];
}

export function recordOf(recordId: number, facts: readonly ConsentFact[], birthday?: string, personId = recordId): ConsentRecord {
  return { recordId, personId, consents: stateOf(facts), ...(birthday !== undefined && { birthday }) };
}
