// People's names: titles taken off, the family name told from the given one in Chinese and Western order, and keys under
// which 王小明, Wang Xiaoming and Xiaoming Wang meet.

import { pinyin } from 'pinyin-pro';
import { nobodyNames } from '../model/placeholders.ts';
import { type Normal, normal, refuse } from './normal.ts';
import { compoundSurnames, isPinyin, isPinyinSurname, singleSurnames } from './surnames.ts';
import { comparisonText, normaliseText, simplifyHan } from './text.ts';

export type PersonName = {
  /** As shown: spaces and width normalised, courtesy titles gone, the writer's order kept. */
  readonly full: string;
  readonly family?: string;
  readonly given?: string;
  /** `Jr`, `III`: tells father from son, so it is kept apart and not dropped. */
  readonly suffix?: string;
  /** Compares names in one script: lower case, simplified, family name first. */
  readonly key: string;
  /** Compares across scripts and orders: romanised words in alphabetical order. */
  readonly latinKey: string;
};

export const nameLimits = { length: 256, words: 12 } as const;

const hanTitles = /(?:先生|女士|小姐|太太|夫人|同志|同学|老师|博士|教授|医生|大夫|经理|師傅|师傅|先生收|女士收|收)$/u;
const latinTitles = new Set('mr mrs ms miss mx dr prof professor sir madam dame rev herr frau mme monsieur m/s'.split(' '));
const degrees = new Set('phd md esq mba cpa bsc msc'.split(' '));
const suffixes = new Map([
  ['jr', 'Jr'],
  ['sr', 'Sr'],
  ['ii', 'II'],
  ['iii', 'III'],
  ['iv', 'IV'],
]);
const hanChar = /^\p{Script=Han}$/u;
const hanName = /^[\p{Script=Han}·〇]+$/u;

/** 微信用户8231, 新会员: a word for anybody, with what a system puts around it. */
const numberedNobody =
  /^(?:微信|手机|注册|匿名|普通|未知|测试|未登录|未命名|新|老)*(?:用户|游客|访客|会员|顾客|客户|客人|散客|路人|网友)[\da-z_*-]*$/u;
/** Digits, masks and marks at the ends: guest_102, ***, (unknown). */
const trimmings = /^[\p{P}\p{S}\p{Z}\d]+|[\p{P}\p{S}\p{Z}\d]+$/gu;

/** Whether a text in a name field says that there is no name: 匿名, 游客, unknown, Guest 12, Test User, n/a. */
export function isNobody(raw: string): boolean {
  const text = comparisonText(raw);
  const bare = text.replace(trimmings, '');
  if (bare === '' || nobodyNames.has(text) || nobodyNames.has(bare)) return true;
  const together = bare.replace(/\s+/g, '');
  if (nobodyNames.has(together) || numberedNobody.test(together)) return true;
  return bare.split(/[\s_.,/-]+/).every((word) => word === '' || nobodyNames.has(word.replace(trimmings, '')));
}

/** @returns the name as shown, without courtesy titles */
export function normaliseName(raw: unknown): Normal<string> {
  const parsed = parseName(raw);
  return parsed.ok ? normal(parsed.value.full) : parsed;
}

export function parseName(raw: unknown): Normal<PersonName> {
  const text = normaliseText(raw);
  if (!text.ok) return refuse(`not a name: ${text.reason}`);
  if (text.value.length > nameLimits.length) return refuse(`not a name: longer than ${nameLimits.length} characters`);
  if (!/\p{L}/u.test(text.value)) return refuse('not a name: no letters');
  const dotted = text.value.replace(/\s*[•・‧·∙⋅]\s*/gu, '·');
  const joined = dotted.replace(/(\p{Script=Han})\s+(?=\p{Script=Han})/gu, '$1');
  return normal(hanName.test(joined) ? hanParts(joined) : latinParts(dotted));
}

function hanParts(text: string): PersonName {
  let full = text;
  while (hanTitles.test(full) && full.replace(hanTitles, '') !== '') full = full.replace(hanTitles, '');
  const titled = full !== text;
  const key = comparisonText(full).replace(/·/g, '');
  const split = full.includes('·') ? { given: full } : splitHan(full, titled);
  const sounds = (part: string | undefined): string => (part ? romanise(part, part === split.family) : '');
  const latinKey = [sounds(split.family), sounds(split.given)]
    .filter((word) => word !== '')
    .sort()
    .join(' ');
  return { full, ...split, key, latinKey };
}

function splitHan(full: string, titled: boolean): { family?: string; given?: string } {
  const letters = [...full];
  const plain = [...simplifyHan(full)];
  const pair = plain.slice(0, 2).join('');
  if (compoundSurnames.has(pair) && letters.length <= 4) {
    const given = letters.slice(2).join('');
    return given === '' ? { family: full } : { family: letters.slice(0, 2).join(''), given };
  }
  const known = singleSurnames.has(plain[0]!);
  if (letters.length === 1) return known && titled ? { family: full } : { given: full };
  // 小明 has no surname; a name of three or four characters nearly always opens with one, rare or not.
  if ((!known && letters.length === 2) || letters.length > 4) return { given: full };
  return { family: letters[0]!, given: letters.slice(1).join('') };
}

/** Pinyin without tones and spaces, `ü` as `v`; the surname's own reading at the head (单 is shan). */
export function romanise(han: string, surname: boolean): string {
  const text = simplifyHan(han);
  const read = surname
    ? pinyin(text, { mode: 'surname', toneType: 'none', v: true })
    : pinyin(text, { toneType: 'none', v: true });
  return comparisonText(read).replace(/[^\p{L}\p{N}]/gu, '');
}

function latinParts(text: string): PersonName {
  const [words, suffix] = stripTitles(text.split(' ').slice(0, nameLimits.words));
  const full = words.join(' ');
  const commaAt = words.findIndex((word) => word.endsWith(','));
  const bare = words.map((word) => word.replace(/[,，]+$/, ''));
  const split = commaAt >= 0 && commaAt < bare.length - 1 ? cut(bare, commaAt + 1, 'first') : order(bare);
  const word = (part: string | undefined): string => (part ? latinWord(part) : '');
  const key = [comparisonText(split.family ?? ''), comparisonText(split.given ?? '')].join(' ').trim();
  const latinKey = [word(split.family), ...wordsOf(split.given)]
    .filter((w) => w !== '')
    .sort()
    .join(' ');
  return { full, ...split, ...(suffix ? { suffix } : {}), key, latinKey };
}

function stripTitles(given: readonly string[]): [string[], string | undefined] {
  const words = [...given];
  const bare = (word: string | undefined): string => comparisonText(word ?? '').replace(/[.,]/g, '');
  while (words.length > 1 && latinTitles.has(bare(words[0]))) words.shift();
  let suffix: string | undefined;
  while (words.length > 1) {
    const last = bare(words.at(-1));
    if (suffixes.has(last) && words.length > 2) suffix ??= suffixes.get(last);
    else if (!degrees.has(last) && !latinTitles.has(last)) break;
    words.pop();
    words.push(words.pop()!.replace(/,+$/, ''));
  }
  return [words, suffix];
}

/** Family name first when it is written in capitals alone, or is a Chinese surname before a given name in pinyin. */
function order(words: readonly string[]): { family?: string; given?: string } {
  if (words.length < 2) return words[0] && words[0] !== '' ? { given: words[0] } : {};
  const capitals = words.map((word) => word.length > 1 && /\p{Lu}/u.test(word) && word === word.toUpperCase());
  if (capitals[0] && !capitals.slice(1).some(Boolean)) return cut(words, 1, 'first');
  const plain = words.map((word) => comparisonText(word).replace(/[-']/g, ''));
  const first = isPinyinSurname(plain[0]!);
  const last = isPinyinSurname(plain.at(-1)!);
  if (first && plain.slice(1).every(isPinyin) && (!last || plain.at(-1)!.length >= plain[0]!.length))
    return cut(words, 1, 'first');
  return cut(words, words.length - 1, 'last');
}

function cut(words: readonly string[], at: number, family: 'first' | 'last'): { family?: string; given?: string } {
  const [head, tail] = [words.slice(0, at).join(' '), words.slice(at).join(' ')];
  return family === 'first' ? { family: head, given: tail } : { family: tail, given: head };
}

const latinWord = (part: string): string =>
  comparisonText(part)
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/^lyu$/, 'lv');

// Xiao Ming and Xiao-Ming are one given name; Mary Ann are two.
function wordsOf(given: string | undefined): string[] {
  if (!given) return [];
  const mixed = [...given].some((c) => hanChar.test(c));
  const words = (mixed ? given.replace(/\p{Script=Han}+/gu, (run) => ` ${romanise(run, false)} `) : given)
    .split(/[\s-]+/)
    .map(latinWord);
  return words.every(isPinyin) ? [words.join('')] : words;
}
