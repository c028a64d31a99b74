// A person's week: what is due, whether they make up their mind to leave, visits, purchases, consents, messages. Each
// week asks the same questions in the same order, so that a life depends on its own seed alone.

import { dayMs, hourMs, momentIn, sampleStartMs, sampleWeeks, season, weekMs, weekStartMs } from './calendar.ts';
import { churn, griefKeptPerWeek, leaveChance } from './churn.ts';
import { hasLeft, type Life, type Purpose, recordIn, runAgenda, weekOf } from './life.ts';
import type { Person } from './people.ts';
import { seeded } from './random.ts';
import { banks, recordsOf, type SampleRecord } from './records.ts';
import { type Emit, identify, track } from './scribe.ts';
import type { SampleSource } from './sources.ts';
import { bankRates, bankWeek, closeAccount, openAccount, textMessage } from './systems/crm.ts';
import { contact, deskRates } from './systems/desk.ts';
import { type Device, devicesOf } from './systems/devices.ts';
import { mail } from './systems/newsletter.ts';
import { visitShop } from './systems/shop.ts';
import { buyInStore } from './systems/till.ts';

export type Pace = {
  /** Multiplies visits, trips and campaigns; 1 is the ordinary amount. */
  readonly scale: number;
};

export const paceLimits = {
  /** Weeks between two newsletters, and between two text messages, at scale 1. */
  newsletterWeeks: 7,
  textWeeks: 20,
  /** Per person and week; beyond it nobody shops more. */
  visitsPerWeek: 60,
} as const;

export const consentRates = { withdrawnPerWeek: 0.0012, givenAgain: 0.2 } as const;

export function beginLife(seed: number, person: Person, emit: Emit): Life {
  const rng = seeded(seed, 'life', person.index);
  return {
    seed,
    person,
    scribe: { rng, personId: person.id, emit },
    records: recordsOf(seed, person),
    announced: new Set(),
    devices: devicesOf(seed, rng, person),
    consents: new Map(),
    agenda: [],
    grief: 0,
    leavesAtMs: undefined,
    decidedAtMs: undefined,
    bank: {
      creditCard: rng.chance(bankRates.creditCard),
      loanUntilMs: rng.chance(0.06) ? sampleStartMs + rng.between(100, 900) * dayMs : 0,
      open: true,
    },
  };
}

export function liveWeek(life: Life, tablet: Device | undefined, week: number, pace: Pace): void {
  announceNew(life, tablet, week);
  runAgenda(life, week);
  life.grief *= griefKeptPerWeek;
  decide(life, week);
  reconsider(life, week);
  visits(life, tablet, week, pace);
  bankWeek(life, week);
  if (week % Math.max(1, Math.round(paceLimits.textWeeks / pace.scale)) === 7) textMessage(life, week);
  const clicked = week % Math.max(1, Math.round(paceLimits.newsletterWeeks / pace.scale)) === 0 ? mail(life, week) : undefined;
  if (clicked && recordIn(life, 'shop', clicked.atMs)) visitShop(life, tablet, clicked.atMs, { campaign: clicked.campaign });
  if (!hasLeft(life, weekStartMs(week)) && life.scribe.rng.chance(deskRates.idlePerWeek)) idleContact(life, week);
  runAgenda(life, week);
}

/** Old records come with the first load, new ones in their week; an account in the shop opens with a visit. */
function announceNew(life: Life, tablet: Device | undefined, week: number): void {
  const { rng } = life.scribe;
  const endMs = weekStartMs(week + 1);
  for (const record of [...life.records]) {
    for (const version of record.versions.slice(1)) {
      if (weekOf(version.atMs) === week && life.announced.has(record.userId)) tell(life, record, version.traits, version.atMs);
    }
    if (life.announced.has(record.userId) || record.createdAtMs >= endMs) continue;
    const old = record.createdAtMs < sampleStartMs;
    if (record.source === 'shop' && !old) {
      for (let before = rng.poisson(0.7); before > 0; before--)
        visitShop(life, undefined, Math.max(weekStartMs(week), record.createdAtMs - before * 9 * hourMs));
      visitShop(life, tablet, record.createdAtMs, { register: true });
    }
    const atMs = old ? sampleStartMs + rng.below(2 * dayMs) : record.createdAtMs;
    if (!life.announced.has(record.userId)) tell(life, record, record.versions[0]!.traits, atMs);
    life.announced.add(record.userId);
    agree(life, record, atMs + 1000);
    if (record.source === 'crm' && !old && !record.mess.includes('secondRecord')) openAccount(life, record.userId, atMs + hourMs);
  }
}

function tell(life: Life, record: SampleRecord, traits: SampleRecord['versions'][number]['traits'], atMs: number): void {
  identify(life.scribe, record.source, { userId: record.userId }, traits, atMs, record.source === 'shop' ? 'server' : 'batch');
}

const purposesAsked: Readonly<Record<SampleSource, readonly (readonly [Purpose, string])[]>> = {
  shop: [
    ['analytics', 'web'],
    ['profiling', '*'],
  ],
  crm: [['marketing_sms', 'sms']],
  till: [],
  desk: [],
  newsletter: [['marketing_email', 'email']],
};
const channels: Readonly<Record<Purpose, string>> = {
  analytics: 'web',
  profiling: '*',
  marketing_sms: 'sms',
  marketing_email: 'email',
};

function agree(life: Life, record: SampleRecord, atMs: number): void {
  for (const [purpose, channel] of purposesAsked[record.source]) {
    // To subscribe is to agree; elsewhere it is asked, and some say no.
    if (purpose !== 'marketing_email' && !life.person.drives.consents) continue;
    life.consents.set(purpose, { source: record.source, sinceMs: atMs });
    consent(life, 'Consent Given', record.source, record.userId, purpose, channel, atMs);
  }
}

function consent(
  life: Life,
  name: string,
  source: SampleSource,
  userId: string,
  purpose: Purpose,
  channel: string,
  atMs: number,
): void {
  const policyVersion = atMs < Date.UTC(2026, 0, 1) ? '2025-03' : '2026-01';
  track(life.scribe, source, { userId }, name, { purpose, channel, policyVersion }, atMs, source === 'shop' ? 'server' : 'batch');
}

/** Consents taken back, a few of them given again. */
function reconsider(life: Life, week: number): void {
  const { rng } = life.scribe;
  for (const [purpose, { source, sinceMs }] of [...life.consents]) {
    if (rng.chance(consentRates.withdrawnPerWeek))
      withdraw(life, purpose, source, Math.max(sinceMs + hourMs, momentIn(rng, week, 'shop')));
  }
}

function withdraw(life: Life, purpose: Purpose, source: SampleSource, atMs: number): void {
  const record = recordIn(life, source, atMs);
  if (!record || !life.announced.has(record.userId)) return;
  life.consents.delete(purpose);
  consent(life, 'Consent Withdrawn', source, record.userId, purpose, channels[purpose], atMs);
  const { rng } = life.scribe;
  if (life.decidedAtMs !== undefined || !rng.chance(consentRates.givenAgain)) return;
  const againAtMs = atMs + rng.between(20, 120) * dayMs;
  if (weekOf(againAtMs) >= sampleWeeks) return;
  life.agenda.push({
    atMs: againAtMs,
    run: () => {
      if (life.decidedAtMs !== undefined) return;
      life.consents.set(purpose, { source, sinceMs: againAtMs });
      consent(life, 'Consent Given', source, record.userId, purpose, channels[purpose], againAtMs);
    },
  });
}

/** The week's draw on whether to leave (churn.ts), and what leavers do last. */
function decide(life: Life, week: number): void {
  const { rng } = life.scribe;
  const atMs = weekStartMs(week);
  const joinedAtMs = life.records[0]!.createdAtMs;
  const draw = rng.unit();
  if (life.decidedAtMs !== undefined || atMs < joinedAtMs) return;
  const bankCustomer = banks(life.person) && recordIn(life, 'crm', atMs) !== undefined;
  const { shopPerWeek, storePerWeek } = life.person.drives;
  const standing = {
    grief: life.grief,
    tenureDays: (atMs - joinedAtMs) / dayMs,
    banks: bankCustomer,
    visitsPerWeek: shopPerWeek + storePerWeek,
  };
  if (draw >= leaveChance(standing)) return;
  life.decidedAtMs = atMs;
  life.leavesAtMs = atMs + rng.between(churn.fadingWeeks[0], churn.fadingWeeks[1]) * weekMs;
  const leavesAtMs = life.leavesAtMs;
  // No new accounts after that.
  life.records.splice(0, Infinity, ...life.records.filter((record) => record.createdAtMs < leavesAtMs));
  if (weekOf(leavesAtMs) >= sampleWeeks) return;
  if (rng.chance(churn.withdraws)) {
    life.agenda.push({
      atMs: leavesAtMs,
      run: () => {
        for (const [purpose, { source, sinceMs }] of [...life.consents])
          withdraw(life, purpose, source, Math.max(sinceMs, leavesAtMs) + rng.below(hourMs));
      },
    });
  }
  if (rng.chance(churn.closesAccount))
    life.agenda.push({ atMs: leavesAtMs, run: () => closeAccount(life, leavesAtMs + 10 * hourMs) });
}

function visits(life: Life, tablet: Device | undefined, week: number, pace: Pace): void {
  const { rng } = life.scribe;
  const startMs = weekStartMs(week);
  if (hasLeft(life, startMs)) return;
  const fading = life.decidedAtMs === undefined ? 1 : churn.fadingVisits;
  const { shopPerWeek, storePerWeek } = life.person.drives;
  const count = (perWeek: number, where: 'shop' | 'store') =>
    Math.min(paceLimits.visitsPerWeek, rng.poisson(perWeek * season(startMs + 3.5 * dayMs, where) * fading * pace.scale));
  if (recordIn(life, 'shop', startMs)) {
    for (let left = count(shopPerWeek, 'shop'); left > 0; left--) visitShop(life, tablet, momentIn(rng, week, 'shop'));
  }
  if (recordIn(life, 'till', startMs)) {
    for (let left = count(storePerWeek, 'store'); left > 0; left--) buyInStore(life, momentIn(rng, week, 'store'));
  }
}

function idleContact(life: Life, week: number): void {
  const atMs = momentIn(life.scribe.rng, week, 'office');
  if (recordIn(life, 'shop', atMs) || recordIn(life, 'crm', atMs) || recordIn(life, 'till', atMs)) {
    contact(life, atMs, life.scribe.rng.pick(['account', 'loyalty', 'bank', 'product'] as const));
  }
}
