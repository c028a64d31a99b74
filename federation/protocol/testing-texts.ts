// Looks at texts in two languages as a test can: nothing left in the other language, and Chinese punctuation where Chinese is written.

import type { Words } from './words.ts';

/** Every text in two languages that a value holds, at whatever depth. */
export function textsIn(value: unknown): Words[] {
  if (typeof value !== 'object' || value === null) return [];
  const { en, zh } = value as { en?: unknown; zh?: unknown };
  if (typeof en === 'string' && typeof zh === 'string') return [{ en, zh }];
  return Object.values(value).flatMap(textsIn);
}

/** What Chinese readers call by these names too. */
const known =
  /\b(X25519|ECDH|Curve25519|X-Wing|ML-KEM-768|Ed25519|SHA-256|scrypt|N|r|p|KB|MB|GB|TB|UTC|Asia\/Shanghai|X|Y|[0-9a-f]{8,64}|T[0-9:]+Z?)\b/g;
const times = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)/g;
const han = /\p{Script=Han}/u;

/** @param names what stays as it is in both languages  @returns what is wrong with the text, nothing when it is right */
export function untranslated({ en, zh }: Words, names: readonly string[] = []): string[] {
  const found: string[] = [];
  const without = (text: string) => names.reduce((left, name) => left.replaceAll(name, ''), text);
  if (en.trim() === '' || zh.trim() === '') found.push(`empty: ${en}${zh}`);
  if (han.test(without(en))) found.push(`Chinese in English: ${en}`);
  if (/[，。；：！？、（）]/.test(without(en))) found.push(`full width in English: ${en}`);
  const rest = without(zh).replace(times, '').replace(known, '');
  const latin = /[A-Za-z]{2,}/.exec(rest);
  if (latin) found.push(`English in Chinese, ${latin[0]}: ${zh}`);
  if (/\p{Script=Han}[,;:!?()".]|[,;:!?()"]\p{Script=Han}/u.test(without(zh))) found.push(`half width in Chinese: ${zh}`);
  if (/\b(undefined|NaN|null|Infinity)\b|\$\{|\[object/.test(en + zh)) found.push(`a value that is none: ${en} ${zh}`);
  return found;
}
