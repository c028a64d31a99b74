// The console in two languages. A text is written in both at one place, so that none can be missing in one of them; what depends on numbers,
// times and names goes through Intl.

import { createContext, useContext } from 'react';

export type Language = 'en' | 'zh';
export type Words = { readonly en: string; readonly zh: string };
export const localeOf: { readonly [language in Language]: string } = { en: 'en-GB', zh: 'zh-CN' };

export const LanguageContext = createContext<{ language: Language; choose(language: Language): void }>({
  language: 'en',
  choose: () => undefined,
});

export const useLanguage = (): Language => useContext(LanguageContext).language;

/** A name with marks of direction in it turns itself, and not the sentence that it stands in. */
const apart = (value: string): string => (/[\u202A-\u202E\u2066-\u2069]/.test(value) ? `\u2068${value}\u2069` : value);

/** Made once for each language: what Intl makes costs as much as the component that asks for it, and a table has hundreds of those. */
export function perLanguage<T>(make: (locale: string, language: Language) => T): (language: Language) => T {
  const made: { [language in Language]?: T } = {};
  return (language) => {
    made[language] ??= make(localeOf[language], language);
    return made[language];
  };
}

type Say = (words: Words, values?: { readonly [name: string]: string | number }) => string;

const sayIn = perLanguage((locale, language): Say => {
  const numbers = new Intl.NumberFormat(locale);
  return (words, values) => {
    const text = words[language];
    if (!values) return text;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === 'number' ? numbers.format(value) : apart(value);
    });
  };
});

/** @returns a function that gives a text in the reader's language, its places filled: `{name}` by a value of that name */
export const useSay = (): Say => sayIn(useLanguage());

const englishPlurals = new Intl.PluralRules('en');

/** Of a count: Chinese has one form, English two. */
export function plural(count: number, one: Words, many: Words): Words {
  return englishPlurals.select(count) === 'one' ? one : many;
}

export type Formats = {
  number(value: number): string;
  /** A share of one. */
  percent(value: number): string;
  day(atMs: number): string;
  moment(atMs: number): string;
  /** How long ago or ahead, in the largest unit that is at least one. */
  ago(atMs: number, nowMs: number): string;
};

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

const formatsIn = perLanguage((locale): Formats => {
  const numbers = new Intl.NumberFormat(locale);
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  return {
    number: (value) => numbers.format(value),
    percent: (value) => percents.format(value),
    day: (atMs) => days.format(atMs),
    moment: (atMs) => moments.format(atMs),
    ago: (atMs, nowMs) => {
      const [unit, lengthMs] = units.find(([, length]) => Math.abs(nowMs - atMs) >= length) ?? ['second', 1_000];
      return relative.format(-Math.trunc((nowMs - atMs) / lengthMs), unit);
    },
  };
});

export const useFormats = (): Formats => formatsIn(useLanguage());
