// A quality rule as the fields of a form, and back: only what its kind asks for leaves the form.

import type { QualityRule } from './ask.ts';

export type RuleForm = Omit<QualityRule, 'oneOf' | 'value' | 'threshold'> & {
  /** With commas between. */
  oneOf?: string;
  value?: string;
  thresholdPercent?: number;
};

type Scalar = string | number | boolean;

const scalarOf = (text: string): Scalar => {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : text;
};

export function toForm(rule: QualityRule | undefined): RuleForm {
  if (!rule) return { id: '', kind: 'completeness', per: 'customer', thresholdPercent: 90, weight: 1 };
  const { oneOf, value, threshold = 0.9, ...rest } = rule;
  return {
    ...rest,
    per: rule.per ?? 'customer',
    weight: rule.weight ?? 1,
    thresholdPercent: Math.round(threshold * 1000) / 10,
    ...(oneOf && { oneOf: oneOf.map(String).join(', ') }),
    ...(value !== undefined && { value: String(value) }),
  };
}

const given = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text.trim();
const isNumber = (value: number | null | undefined): value is number => typeof value === 'number';

export function fromForm(form: RuleForm): QualityRule {
  const { id, kind, kinds, step, thresholdPercent, weight } = form;
  const field = kind === 'timeliness' ? undefined : given(form.field);
  const event = given(form.event);
  return {
    id,
    kind,
    ...(field !== undefined && { field }),
    ...(kinds && kinds.length > 0 && { kinds }),
    ...(event !== undefined && { event }),
    ...askedBy(form),
    ...(isNumber(thresholdPercent) && { threshold: thresholdPercent / 100 }),
    ...(isNumber(step) && { step }),
    ...(isNumber(weight) && weight !== 1 && { weight }),
  };
}

function askedBy({
  kind,
  as,
  oneOf,
  min,
  max,
  per,
  is,
  other,
  value,
  withinMinutes,
  silentHours,
}: RuleForm): Partial<QualityRule> {
  const choices = given(oneOf);
  const beside = given(other);
  const compared = given(value);
  switch (kind) {
    case 'validity':
      return {
        ...(as && { as }),
        ...(choices !== undefined && {
          oneOf: choices
            .split(/[,，]/)
            .map((one) => one.trim())
            .filter((one) => one !== '')
            .map(scalarOf),
        }),
        ...(isNumber(min) && { min }),
        ...(isNumber(max) && { max }),
      };
    case 'uniqueness':
      return { ...(per === 'event' && { per }) };
    case 'consistency':
      return {
        ...(is && { is }),
        ...(beside !== undefined && { other: beside }),
        ...(compared !== undefined && { value: scalarOf(compared) }),
      };
    case 'timeliness':
      return { ...(isNumber(withinMinutes) && { withinMinutes }), ...(isNumber(silentHours) && { silentHours }) };
    default:
      return {};
  }
}
