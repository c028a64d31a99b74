// Every sentence of the card, in both languages. `{name}` stands for what a section puts in; the figures are the same in both.

import type { Text } from './markup.ts';
import { sectionWords } from './section-words.ts';
import { verdictWords } from './verdict-words.ts';

export const words = { ...verdictWords, ...sectionWords } as const satisfies { readonly [key: string]: Text };
export type Word = keyof typeof words;
type Values = { readonly [name: string]: string | number | Text };

/** @param values what stands for each `{name}`: text as it is, or in both languages */
export function say(word: Word, values: Values = {}): Text {
  return { en: filled(words[word].en, values, 'en'), zh: filled(words[word].zh, values, 'zh') };
}

function filled(sentence: string, values: Values, language: 'en' | 'zh'): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'object' ? value[language] : String(value);
  });
}

/** Several things in one sentence. */
export function listed(all: readonly Text[]): Text {
  return { en: all.map(({ en }) => en).join(', '), zh: all.map(({ zh }) => zh).join('、') };
}
