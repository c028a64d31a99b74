// The bank's side of the house: accounts, cards, loans, what is paid each month and how late, and its text messages.

import { dayMs, localDate, momentIn, weekStartMs } from '../calendar.ts';
import { fakeCardOf } from '../contacts.ts';
import { agreesTo, hasLeft, type Life, later, recordIn } from '../life.ts';
import { latest } from '../people.ts';
import { banks } from '../records.ts';
import { track } from '../scribe.ts';
import { contact } from './desk.ts';

export const bankRates = { creditCard: 0.3, loan: 0.12, latePayer: 0.12 } as const;

/** What a new customer of the bank signs, on the day the CRM learns of them. */
export function openAccount(life: Life, userId: string, atMs: number): void {
  const { rng } = life.scribe;
  if (!banks(life.person)) return;
  const who = { userId };
  track(
    life.scribe,
    'crm',
    who,
    'Account Opened',
    {
      account_type: 'savings',
      account_no: life.person.bankAccount,
      branch: `${latest(life.person.addresses).city}分行`,
      currency: 'CNY',
      opening_deposit: rng.between(1, 200) * 100,
    },
    atMs,
    'nightly',
  );
  const kind = life.bank.creditCard ? 'credit' : 'debit';
  const issuedAtMs = atMs + rng.between(1, 6) * dayMs;
  if (life.bank.creditCard || rng.chance(0.8)) {
    track(
      life.scribe,
      'crm',
      who,
      'Card Issued',
      {
        card_type: kind,
        card_no: fakeCardOf(life.person.index),
        currency: 'CNY',
        ...(kind === 'credit' && { limit: rng.between(1, 10) * 5000 }),
      },
      issuedAtMs,
      'nightly',
    );
  }
}

/** Loans asked for, and the month's bills. Called every week; bills fall due every fourth. */
export function bankWeek(life: Life, week: number): void {
  if (!banks(life.person) || !life.bank.open) return;
  const atMs = momentIn(life.scribe.rng, week, 'office');
  const record = recordIn(life, 'crm', atMs);
  if (!record) return;
  if (life.bank.loanUntilMs === 0 && life.scribe.rng.chance(bankRates.loan / 78)) applyForLoan(life, record.userId, atMs);
  if ((week + life.person.index) % 4 !== 0) return;
  if (life.bank.creditCard)
    pay(life, record.userId, 'credit_card', life.scribe.rng.logNormal(900 * life.person.drives.purse, 0.6), atMs);
  if (life.bank.loanUntilMs > atMs) pay(life, record.userId, 'loan', 1800 * Math.max(0.5, life.person.drives.purse), atMs);
}

function applyForLoan(life: Life, userId: string, atMs: number): void {
  const { rng } = life.scribe;
  const who = { userId };
  const loanId = `LN${localDate(atMs).replaceAll('-', '')}${rng.digits(6)}`;
  const months = rng.pick([12, 24, 36]);
  const amount = Math.round(life.person.drives.purse * rng.between(2, 12)) * 5000 + 5000;
  track(
    life.scribe,
    'crm',
    who,
    'Loan Applied',
    { loan_id: loanId, amount, currency: 'CNY', term_months: months, purpose: rng.pick(['装修', '购车', '教育', '经营']) },
    atMs,
    'nightly',
  );
  const answeredAtMs = atMs + rng.between(2, 9) * dayMs;
  const granted = rng.chance(0.72);
  later(life, answeredAtMs, () => {
    track(
      life.scribe,
      'crm',
      who,
      granted ? 'Loan Approved' : 'Loan Declined',
      { loan_id: loanId, amount, currency: 'CNY' },
      answeredAtMs,
      'nightly',
    );
    if (granted) life.bank.loanUntilMs = answeredAtMs + months * 30 * dayMs;
    else if (rng.chance(0.3)) contact(life, answeredAtMs + dayMs / 2, 'bank');
  });
}

function pay(life: Life, userId: string, product: string, amount: number, dueAtMs: number): void {
  const { rng } = life.scribe;
  const latePayer = life.person.index % 100 < bankRates.latePayer * 100;
  const daysLate = rng.chance(latePayer ? 0.45 : 0.03) ? 1 + rng.poisson(4) : 0;
  const atMs = dueAtMs + daysLate * dayMs;
  const properties = {
    product,
    amount: Math.round(amount * 100) / 100,
    currency: 'CNY',
    due_at: localDate(dueAtMs),
    days_late: daysLate,
    late: daysLate > 0,
  };
  later(life, atMs, () => track(life.scribe, 'crm', { userId }, 'Payment Made', properties, atMs, 'nightly'));
}

export function closeAccount(life: Life, atMs: number): void {
  const record = recordIn(life, 'crm', atMs);
  if (!record || !banks(life.person) || !life.bank.open) return;
  life.bank.open = false;
  track(
    life.scribe,
    'crm',
    { userId: record.userId },
    'Account Closed',
    { account_no: life.person.bankAccount, reason: '客户申请' },
    atMs,
    'nightly',
  );
}

/** The season's text message, to who agreed and is still there. */
export function textMessage(life: Life, week: number): void {
  const atMs = weekStartMs(week) + 5 * dayMs + 10 * (dayMs / 24) + life.scribe.rng.below(dayMs / 24);
  const record = recordIn(life, 'crm', atMs);
  if (!record || !agreesTo(life, 'marketing_sms', atMs) || (hasLeft(life, atMs) && life.scribe.rng.chance(0.7))) return;
  track(
    life.scribe,
    'crm',
    { userId: record.userId },
    'SMS Delivered',
    { campaign: `sms-${localDate(weekStartMs(week)).slice(0, 7)}`, template: '节日问候与专享利率' },
    atMs,
    'batch',
  );
}
