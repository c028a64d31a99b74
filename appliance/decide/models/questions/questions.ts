// The ready-made questions, as data: whom each is about, what it asks of them, over which time, and for which purpose it takes their data. People
// read the words; the builder of training tables reads the rest. What a customer did is looked at up to a cut-off for what is known, and after it
// for the answer alone.

import type { Words } from '../../../core/errors.ts';
import { nodeUses } from '../../../core/model/purposes.ts';
import type { PersonFacts } from '../../../record/profiles/profiles.ts';
import { dayMs } from '../scoring/scoring.ts';

/** What happens after the cut-off is the answer: `order` that they buy, `no_order` that they do not, `silence` that they do nothing at all. */
export type Outcome = 'order' | 'no_order' | 'silence';
/** Whom it is asked of at the cut-off: who `ordered`, or did anything themselves (`acted`), in the days before. */
export type Population = 'ordered' | 'acted';
/** The feature that says when somebody last did what makes them one of the population. */
export const lastOf: { readonly [population in Population]: string } = { ordered: 'last_order', acted: 'last_active' };

export type Question = {
  readonly name: string;
  /** `event`: yes or no by what happens in time. Questions about the effect of an offer, and about when, are of other kinds and train otherwise. */
  readonly kind: 'event';
  readonly title: Words;
  /** The label in plain words; `{days}` and `{active}` are the horizon and the days looked back. */
  readonly label: Words;
  readonly population: Words;
  /** What the score says of somebody, as the object of "raises". */
  readonly outcome: Words;
  readonly about: { readonly population: Population; readonly outcome: Outcome };
  /** `own`: from the organisation's own gaps between orders. */
  readonly horizonDays: number | 'own';
  readonly activeDays: number | 'own';
  /** The most past moments that rows are made at, each a horizon before the next. */
  readonly cutOffs: number;
  readonly minimum: { readonly rows: number; readonly ofEach: number };
  /** Features that are no part of it, by name. None tells what came after the cut-off: rows are made of what had happened by then alone. */
  readonly leftOut: readonly string[];
  readonly purposes: { readonly training: string; readonly scoring: string };
};

const purposes = { training: nodeUses.training, scoring: nodeUses.scoring };
/** A label of fewer customers than this of either kind tells chance from cause no more. */
const minimum = { rows: 200, ofEach: 40 };

function purchase(days: number): Question {
  return {
    name: `purchase_${days}d`,
    kind: 'event',
    title: { en: `Purchase within ${days} days`, zh: `${days} 天内购买` },
    label: {
      en: 'yes: places an order in the {days} days after the cut-off',
      zh: '是：截止时点后 {days} 天内至少下一单',
    },
    population: {
      en: 'whoever did anything themselves in the {active} days before the cut-off',
      zh: '截止时点前 {active} 天内有过主动行为的客户',
    },
    outcome: { en: 'the chance of a purchase', zh: '购买可能性' },
    about: { population: 'acted', outcome: 'order' },
    horizonDays: days,
    activeDays: 180,
    cutOffs: 6,
    minimum,
    leftOut: [],
    purposes,
  };
}

export const questions: readonly Question[] = [
  {
    name: 'churn',
    kind: 'event',
    title: { en: 'Churn', zh: '客户流失' },
    label: {
      en: 'yes: places no order in the {days} days after the cut-off',
      zh: '是：截止时点后 {days} 天内没有下单',
    },
    population: {
      en: 'whoever placed an order in the {active} days before the cut-off',
      zh: '截止时点前 {active} 天内下过单的客户',
    },
    outcome: { en: 'the risk of leaving', zh: '流失风险' },
    about: { population: 'ordered', outcome: 'no_order' },
    horizonDays: 'own',
    activeDays: 'own',
    cutOffs: 4,
    minimum,
    leftOut: [],
    purposes,
  },
  purchase(7),
  purchase(14),
];

export function questionOf(name: string): Question | undefined {
  return questions.find((question) => question.name === name);
}

/** The days put into a question's words. */
export function filled({ en, zh }: Words, days: { horizonDays: number; activeDays: number }): Words {
  const fill = (text: string) =>
    text.replaceAll('{days}', String(days.horizonDays)).replaceAll('{active}', String(days.activeDays));
  return { en: fill(en), zh: fill(zh) };
}

/** Times of what a customer did themselves, the earliest first. */
export type Doings = (facts: PersonFacts) => readonly number[];

/** Whether the question is asked of them at a moment, by facts as of that moment. */
export function isAsked(question: Question, facts: PersonFacts, atMs: number, activeDays: number, doings: Doings): boolean {
  const fromMs = atMs - activeDays * dayMs;
  const within = (ms: number) => ms > fromMs && ms <= atMs;
  return question.about.population === 'ordered'
    ? facts.orders().some(({ atMs: placed }) => within(placed))
    : doings(facts).some(within);
}

/** The answer, by facts as of the end of the horizon. */
export function answerOf({ about }: Question, facts: PersonFacts, cutOffMs: number, endMs: number, doings: Doings): boolean {
  const within = (ms: number) => ms > cutOffMs && ms <= endMs;
  if (about.outcome === 'silence') return !doings(facts).some(within);
  const ordered = facts.orders().some(({ atMs }) => within(atMs));
  return about.outcome === 'order' ? ordered : !ordered;
}
