// The rule of the gate for one person: may their data be used for a purpose over a channel now, by which rule, on which fact, and
// until when the answer holds. Pure and blind to the order of records, so that merges and late events cannot change it.

import type { ConsentFact } from '../../core/model/consent.ts';
import { refuses } from '../../core/model/consent.ts';
import type { Purpose, PurposeTable } from '../../core/model/purposes.ts';
import { rightsOf } from '../../core/model/rights.ts';
import { isLater, type Words, wordOf } from './words.ts';

export type Rule =
  | 'basis_allows'
  | 'not_objected'
  | 'objected'
  | 'restricted'
  | 'consent_given'
  | 'consent_missing'
  | 'consent_refused'
  | 'consent_expired'
  | 'separate_consent_missing'
  | 'guardian_consent_missing'
  | 'ledger_overflow'
  | 'unknown_purpose'
  | 'unknown_channel';

export type Answer = {
  allowed: boolean;
  rule: Rule;
  /** The article of the law behind the rule. */
  article?: string;
  /** The fact that decided. */
  fact?: ConsentFact;
  /** Before this moment the answer changes only by a new fact; absent when time alone changes nothing. */
  untilMs?: number;
};

/** One record of the person: what it says, and from when on its birthday makes the person old enough. */
export type Judged = { words: Words; overflow: boolean; adultFromMs: number | undefined; restricted?: boolean };

/** Which kind of consent a purpose needs from this person. */
export type Need = { separate: boolean; guardian: boolean };

export function needOf(table: PurposeTable, purpose: Purpose, child: boolean): Need {
  const guardian = child && purpose.basis === 'consent';
  return { separate: purpose.apart.length > 0 || (guardian && table.pack.children.apart), guardian };
}

export function meets(fact: ConsentFact, need: Need): boolean {
  return (!need.separate || fact.separate === true) && (!need.guardian || fact.guardian === true);
}

export function expiryOf(fact: ConsentFact): number {
  return fact.expiresAtMs ?? Number.POSITIVE_INFINITY;
}

/**
 * From when on the person is no child to this law: midnight (UTC) of the birthday, which comes after midnight in China and the EU.
 * @param birthday `yyyy-mm-dd`; anything else tells nothing
 */
export function adultFromMs(birthday: string | undefined, age: number): number | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(birthday ?? '');
  return parts ? Date.UTC(Number(parts[1]) + age, Number(parts[2]) - 1, Number(parts[3])) : undefined;
}

/** The youngest that any record makes of a person: a wrong birthday must not let a child pass for grown up. */
export function adultFromOf(records: readonly Judged[]): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...records.map((record) => record.adultFromMs ?? Number.NEGATIVE_INFINITY));
}

/** @param channel one of the purpose's channels; `*` asks about all of them */
export function judge(
  table: PurposeTable,
  records: readonly Judged[],
  purposeName: string,
  channel: string,
  nowMs: number,
): Answer {
  const purpose = table.purposes.get(purposeName);
  if (!purpose) return { allowed: false, rule: 'unknown_purpose' };
  const channels = columnsAsked(purpose, channel);
  if (!channels) return { allowed: false, rule: 'unknown_channel' };
  if (isStopped(purpose) && records.some((record) => record.restricted === true))
    return { allowed: false, rule: 'restricted', article: rightsOf(table.pack.law).articles.restriction };
  const answers = channels.map((one) => judgeOne(table, records, purpose, one, nowMs));
  const decides = answers.find((answer) => !answer.allowed) ?? answers[0]!;
  const untilMs = Math.min(...answers.map((answer) => answer.untilMs ?? Number.POSITIVE_INFINITY));
  const { untilMs: _own, ...answer } = decides;
  return { ...answer, ...(Number.isFinite(untilMs) && { untilMs }) };
}

/** A restriction leaves what the law itself asks for, and what saves lives. */
export function isStopped({ basis }: Purpose): boolean {
  return basis !== 'legal_obligation' && basis !== 'vital_interests';
}

/** The channels that an asked one stands for; a purpose without channels has the one, `*`. */
export function columnsAsked(purpose: Purpose, channel: string): readonly string[] | undefined {
  if (channel === '*') return columnsOf(purpose);
  return purpose.channels.includes(channel) ? [channel] : undefined;
}

export function columnsOf(purpose: Purpose): readonly string[] {
  return purpose.channels.length === 0 ? ['*'] : purpose.channels;
}

function judgeOne(table: PurposeTable, records: readonly Judged[], purpose: Purpose, channel: string, nowMs: number): Answer {
  const { pack } = table;
  const { article } = pack.bases[purpose.basis]!;
  if (purpose.mode === 'always') return { allowed: true, rule: 'basis_allows', article };
  const facts = records.flatMap((record) => wordOf(record.words, purpose, channel) ?? []);
  const refusal = latest(facts.filter(refuses));
  const consent = purpose.basis === 'consent';
  if (refusal) {
    const said = consent ? pack.articles.withdrawal : pack.articles.objection;
    return { allowed: false, rule: consent ? 'consent_refused' : 'objected', article: said, fact: refusal };
  }
  // Among what is not kept may be a no.
  if (records.some((record) => record.overflow)) return { allowed: false, rule: 'ledger_overflow' };
  if (purpose.mode === 'optOut') return { allowed: true, rule: 'not_objected', article };
  return judgeGrants(table, purpose, facts, adultFromOf(records), nowMs);
}

/** Nobody refused: whether one of the consents will do. @param adultAtMs when the person is no child any more */
function judgeGrants(
  table: PurposeTable,
  purpose: Purpose,
  facts: readonly ConsentFact[],
  adultAtMs: number,
  nowMs: number,
): Answer {
  const { pack } = table;
  const child = nowMs < adultAtMs;
  const need = needOf(table, purpose, child);
  const said = facts.filter(({ status }) => status === 'given');
  const valid = said.filter((fact) => nowMs < expiryOf(fact));
  const best = longest(valid.filter((fact) => meets(fact, need)));
  if (best) {
    const { article } = pack.bases[purpose.basis]!;
    return { allowed: true, rule: 'consent_given', article, fact: best, ...until(expiryOf(best)) };
  }
  // Coming of age may make good what a child's consent lacks; and one that lacks something runs out like any other.
  const changes = until(Math.min(child ? adultAtMs : Number.POSITIVE_INFINITY, ...valid.map(expiryOf)));
  const lacking = longest(valid);
  if (lacking && need.guardian && !valid.some((fact) => fact.guardian))
    return { allowed: false, rule: 'guardian_consent_missing', article: pack.children.article, fact: lacking, ...changes };
  if (lacking) {
    const article = pack.apart[purpose.apart[0] ?? 'sensitive']?.article;
    return { allowed: false, rule: 'separate_consent_missing', ...(article && { article }), fact: lacking, ...changes };
  }
  const ran = latest(facts);
  const { conditions } = pack.articles;
  if (ran) return { allowed: false, rule: 'consent_expired', article: conditions, fact: ran };
  return { allowed: false, rule: 'consent_missing', article: conditions };
}

function until(ms: number): { untilMs?: number } {
  return Number.isFinite(ms) ? { untilMs: ms } : {};
}

function latest(facts: readonly ConsentFact[]): ConsentFact | undefined {
  return facts.reduce<ConsentFact | undefined>((best, fact) => (best && !isLater(fact, best) ? best : fact), undefined);
}

/** The one that holds longest, and of equals the latest. */
function longest(facts: readonly ConsentFact[]): ConsentFact | undefined {
  return facts.reduce<ConsentFact | undefined>((best, fact) => {
    if (!best) return fact;
    const difference = expiryOf(fact) - expiryOf(best);
    return difference > 0 || (!(difference < 0) && isLater(fact, best)) ? fact : best;
  }, undefined);
}
