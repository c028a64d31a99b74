// Values of customers' fields as people read them: days and moments, languages, countries and genders by the reader's language. What is masked, and what
// an organisation made of its own, stays as it is.

import { type Language, perLanguage, type Words } from './words.ts';

const genders: { readonly [gender: string]: Words } = {
  female: { en: 'female', zh: '女' },
  f: { en: 'female', zh: '女' },
  male: { en: 'male', zh: '男' },
  m: { en: 'male', zh: '男' },
  other: { en: 'other', zh: '其他' },
  unknown: { en: 'unknown', zh: '未知' },
};
const answers: { readonly [answer: string]: Words } = { true: { en: 'yes', zh: '是' }, false: { en: 'no', zh: '否' } };

/** A day, and a moment with where it was; a time without a place is nobody's. */
const dayForm = /^\d{4}-\d{2}-\d{2}$/;
const momentForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/;
/** Milliseconds since 1970, in a field that says so. */
const momentField = /(?:At|_at|AtMs)$/;
const earliestMs = 1e11;

/** A value of a field of a customer. @param field its name as the organisation has it */
export function valueText(field: string, value: unknown, language: Language): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.map((one) => valueText(field, one, language)).join(language === 'zh' ? '、' : ', ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, part]) => valueText(name, part, language))
      .join(' ');
  if (typeof value === 'boolean') return answers[String(value)]![language];
  if (typeof value === 'number') return numberText(field, value, language);
  const text = String(value);
  return timeText(text, language) ?? codeText(field, text, language) ?? text;
}

function numberText(field: string, value: number, language: Language): string {
  if (momentField.test(field) && value >= earliestMs) return momentText(value, language);
  // A number that stands for something, such as a store's or a year, is no sum: it is not parted by thousands.
  return String(value);
}

function timeText(text: string, language: Language): string | undefined {
  const atMs = dayForm.test(text) || momentForm.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) return undefined;
  if (!dayForm.test(text)) return momentText(atMs, language);
  // A day is the same wherever one reads it.
  return daysIn(language).format(atMs);
}

const daysIn = perLanguage((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }));
const momentsIn = perLanguage((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }));
const momentText = (atMs: number, language: Language): string => momentsIn(language).format(atMs);

function codeText(field: string, text: string, language: Language): string | undefined {
  switch (field.toLowerCase().replace(/[^a-z]/g, '')) {
    case 'gender':
    case 'sex': {
      const name = text.toLowerCase();
      return Object.hasOwn(genders, name) ? genders[name]![language] : undefined;
    }
    case 'language':
    case 'locale':
      return displayName('language', text.replace('_', '-'), language);
    case 'country':
    case 'countrycode':
      return /^[A-Z]{2}$/.test(text) ? displayName('region', text, language) : undefined;
    default:
      return undefined;
  }
}

const namesOf = (type: 'language' | 'region') =>
  perLanguage((locale) => new Intl.DisplayNames(locale, { type, fallback: 'none' }));
const namesIn = { language: namesOf('language'), region: namesOf('region') } as const;

/** @returns undefined for what is no code of that kind, or has no name */
function displayName(type: 'language' | 'region', code: string, language: Language): string | undefined {
  try {
    return namesIn[type](language).of(code);
  } catch {
    return undefined;
  }
}
