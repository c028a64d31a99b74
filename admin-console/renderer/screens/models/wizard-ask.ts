// What is being asked for in the wizard, kept in the address: a training half put together can be sent to a colleague, and back and forward work.

import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { Ask } from './asked.ts';

export const wizardSteps = ['question', 'customers', 'features', 'learning', 'start'] as const;
export type WizardStep = (typeof wizardSteps)[number];

const texts = ['question', 'label', 'positive', 'segment', 'purpose', 'name'] as const;
const numbers = ['horizonDays', 'activeDays', 'seed', 'most'] as const;
const lists = ['drop', 'keep'] as const;
const budgets = ['small', 'normal', 'large'] as const;
const learners = ['all', 'trees', 'linear'] as const;

export type Wanted = Ask & { readonly name?: string };
export type Change = { readonly [Key in keyof Wanted]?: Wanted[Key] | undefined };

const among = <Value extends string>(values: readonly Value[], value: string | null): Value | undefined =>
  values.find((one) => one === value);

function askOf(search: string): Wanted {
  const query = new URLSearchParams(search);
  const ask: { -readonly [Key in keyof Wanted]: Wanted[Key] } = {};
  for (const key of texts) {
    const value = query.get(key);
    if (value) ask[key] = value;
  }
  for (const key of numbers) {
    const value = Number(query.get(key) ?? Number.NaN);
    if (Number.isSafeInteger(value) && value >= 0) ask[key] = value;
  }
  for (const key of lists) if (query.has(key)) ask[key] = query.getAll(key);
  const budget = among(budgets, query.get('budget'));
  const kind = among(learners, query.get('learners'));
  if (budget) ask.budget = budget;
  if (kind) ask.learners = kind;
  const [falsePositive, falseNegative] = [Number(query.get('inVain')), Number(query.get('missed'))];
  if (falsePositive > 0 && falseNegative > 0) ask.costs = { falsePositive, falseNegative };
  if (query.get('live') === 'no') ask.live = false;
  return ask;
}

function searchOf(ask: Change, step: WizardStep): string {
  const query = new URLSearchParams({ step });
  for (const key of texts) if (ask[key]) query.set(key, ask[key]);
  for (const key of numbers) if (ask[key] !== undefined) query.set(key, String(ask[key]));
  for (const key of lists) for (const value of ask[key] ?? []) query.append(key, value);
  if (ask.budget) query.set('budget', ask.budget);
  if (ask.learners) query.set('learners', ask.learners);
  if (ask.costs) {
    query.set('inVain', String(ask.costs.falsePositive));
    query.set('missed', String(ask.costs.falseNegative));
  }
  if (ask.live === false) query.set('live', 'no');
  return `?${query}`;
}

export type WizardState = {
  readonly ask: Wanted;
  readonly step: WizardStep;
  /** A choice; undefined takes it back. */
  set(change: Change): void;
  goTo(step: WizardStep): void;
};

export function useWizard(): WizardState {
  const search = useSearch();
  const [path, go] = useLocation();
  const ask = useMemo(() => askOf(search), [search]);
  const step = among(wizardSteps, new URLSearchParams(search).get('step')) ?? 'question';
  const set = useCallback(
    (change: Change) => go(path + searchOf({ ...ask, ...change }, step), { replace: true }),
    [ask, step, path, go],
  );
  const goTo = useCallback((next: WizardStep) => go(path + searchOf(ask, next)), [ask, path, go]);
  return { ask, step, set, goTo };
}
