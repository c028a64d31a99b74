// Values that a match may sum up, as the integers it computes with: so many decimals, nothing below zero, nothing beyond 2^40.

import type { Json } from '../core/model/event.ts';
import { type Normal, normal, refuse } from '../core/values/normal.ts';

export const amountLimits = { most: 2 ** 40, decimals: 6 } as const;

const written = /^[+-]?\d{1,20}(?:\.\d{1,20})?$/;

/**
 * @param decimals digits behind the point that count: 2 makes cents of euros; what is behind them is rounded
 * @returns the integer, or `value_missing`, `value_form`, `value_range`
 */
export function amountOf(value: Json | undefined, decimals: number): Normal<number> {
  if (value === undefined || value === null || value === '') return refuse('value_missing');
  const text = typeof value === 'string' ? value.trim() : value;
  if (typeof text === 'string' ? !written.test(text) : typeof text !== 'number') return refuse('value_form');
  const amount = Math.round(Number(text) * 10 ** decimals);
  if (!(amount >= 0 && amount <= amountLimits.most)) return refuse('value_range');
  return normal(amount);
}
