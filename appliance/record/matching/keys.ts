// Under which keys a value can be found again although it was mistyped: by itself, by how it sounds, by its halves.
// A key is a 32-bit hash per distinct value, 0 where the value has none.

import { type FieldKind, kinds } from './kinds.ts';
import { hashText } from './strings.ts';

/** `loose` keys survive typing errors and belong to many values; the others are strict. */
export type BlockingKey = { name: string; loose: boolean; hashes: Int32Array };

/** @param alts the other form of each value (pinyin or spaceless), as `FieldData.alt` */
export function blockingKeys(
  kind: FieldKind,
  values: readonly string[],
  alts: readonly string[],
  han: Uint8Array,
): BlockingKey[] {
  const key = (name: string, loose: boolean, of: (value: string, alt: string, isHan: boolean) => string): BlockingKey => {
    const hashes = new Int32Array(new SharedArrayBuffer(values.length * 4));
    for (let i = 0; i < values.length; i++) {
      const text = of(values[i]!, alts[i]!, han[i] === 1);
      hashes[i] = text === '' ? 0 : hashText(text) | 0;
    }
    return { name, loose, hashes };
  };
  const exact = key('exact', false, (value) => value);
  // Half of all pairs are of one system: that finds nobody.
  if (kind === 'source') return [];
  switch (kinds[kind].comparator) {
    case 'name':
      return [
        exact,
        key('sound', true, (value, alt) => soundKey(alt || value)),
        key('start', true, (value, alt) => (alt || value).slice(0, 3)),
      ];
    case 'date':
      return [
        exact,
        key('year and month', true, (value) => value.slice(0, 6)),
        key('month and day', true, (value) => value.slice(4).split('').sort().join('')),
        key('year and day', true, (value) => value.slice(0, 4) + value.slice(6)),
      ];
    case 'code':
      if (values.length < 50) return [exact];
      return [
        exact,
        key('first half', true, (value) => (value.length < 4 ? '' : value.slice(0, value.length >> 1))),
        key('second half', true, (value) => (value.length < 4 ? '' : value.slice(value.length >> 1))),
      ];
    case 'phone':
      return [
        exact,
        key('ending', true, (value) => value.slice(-7)),
        key('first half', true, (value) => value.slice(0, -5)),
        key('second half', true, (value) => value.slice(-5)),
      ];
    case 'email':
      return [
        exact,
        key('name part', false, (value) => value.slice(0, value.indexOf('@'))),
        key('letters', true, (value) => value.slice(0, value.indexOf('@')).replace(/[^a-z]/g, '')),
        key('sound', true, (value) => soundKey(value.slice(0, value.indexOf('@')).replace(/[^a-z]/g, ''))),
        key('domain', true, (value) => value.slice(value.indexOf('@') + 1)),
      ];
    case 'street':
      return [
        exact,
        key('sound', true, (value, alt, isHan) => (isHan ? value.slice(0, 2) : soundKey(alt))),
        key('longest word', true, (value) => longestWord(value)),
      ];
    case 'address':
      return [
        exact,
        key('numbers', false, (value) => (value.match(/\d+/g) ?? []).join(' ')),
        key('words', true, (value) => value.replace(/[\d\s]/g, '').slice(-8)),
      ];
    case 'choice':
    case 'amount':
      return [exact];
  }
}

function longestWord(text: string): string {
  let longest = '';
  for (const word of text.split(' ')) if (word.length > longest.length) longest = word;
  return longest;
}

const classes: Record<string, string> = {
  b: '1',
  p: '1',
  f: '1',
  v: '1',
  w: '1',
  c: '2',
  k: '2',
  q: '2',
  g: '2',
  j: '2',
  x: '2',
  s: '3',
  z: '3',
  d: '4',
  t: '4',
  l: '5',
  r: '6',
  m: '7',
  n: '7',
};

/**
 * How a Latin word sounds, roughly: its first letter and the classes of up to four consonants that follow, vowels and
 * doublings dropped (Soundex's idea, with hard and hissing letters apart). Other scripts keep their first two characters.
 */
export function soundKey(word: string): string {
  if (word === '') return '';
  const first = word.charCodeAt(0);
  if (first > 0x2e7f) return word.slice(0, 2);
  let key = classes[word[0]!] ?? word[0]!;
  if (key.length === 1 && 'aeiouhy'.includes(word[0]!)) key = 'a';
  let before = key;
  for (let i = 1; i < word.length && key.length < 5; i++) {
    const sound = classes[word[i]!];
    if (sound === undefined) {
      if (word[i] !== 'h') before = '';
      continue;
    }
    if (sound !== before) key += sound;
    before = sound;
  }
  return key;
}
