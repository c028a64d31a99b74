// Whether a short text without digits is a person's name: by surnames and what given names are made of, in Chinese, in pinyin and other
// romanisations, in Western, Korean and Russian writing. Names and words cannot always be told apart; a column of many is judged, never one.

import { isNobody } from '../../core/values/name.ts';
import { compoundSurnames, isPinyin, isPinyinSurname, singleSurnames } from '../../core/values/surnames.ts';
import { simplifyHan } from '../../core/values/text.ts';
import {
  givenNames,
  hanGiven,
  japaneseSurnames,
  koreanSurnames,
  romanSurnames,
  thingWords,
  tibetanParts,
} from './given-names.ts';
import { bitOf } from './marks.ts';

const hanWord = /^\p{Script=Han}{2,4}$/u;
const hanDotted = /^(\p{Script=Han}{2,8})·(\p{Script=Han}{2,8})$/u;
const maskedName = /^(?:\p{Script=Han}{1,2}[*＊]{1,2}\p{Script=Han}?|[*＊]{1,2}\p{Script=Han}{1,2})$/u;
const title = /(?:先生|女士|小姐|太太|老师|同学|师傅|经理|医生)$/u;
/** What words for things and places end in, and given names hardly ever do. */
const wordEnds = /[色市省区县镇州路街店厂司酒茶菜机车鞋卡券码号员级类型款件品部门组式币用点线器具房屋室院]$/u;
const mongolEnds = /^\p{Script=Han}{0,3}(?:其其格|高娃|格日勒|图雅|巴特尔|巴雅尔|毕力格|朝克图|那仁|苏和|布和)$/u;
const latinWord = /^(?:\p{Lu}\p{L}*(?:['’-]\p{L}+)*|\p{Lu}\.|\p{Lu}{2,})$/u;
const hangul = /^\p{Script=Hangul}{2,4}$/u;
const cyrillicEnds = /^\p{Lu}\p{Ll}+(?:ов|ова|ев|ева|ёв|ин|ина|ский|ская|цкий|цкая|енко|чук|вич|вна)$/u;
const courtesy = /^(?:mr|mrs|ms|miss|mx|dr|prof)\.?\s+/i;
/** J. R. Miller */
const initials = /^(?:\p{Lu}\.\s?){1,3}\p{Lu}\p{Ll}{2,}$/u;

/** @param value without digits  @returns bits of `bitOf` */
export function nameBits(value: string, han: number): number {
  if (han > 0) return hanBits(value);
  if (hangul.test(value)) return bitOf.name_shape | (koreanSurnames.has(value[0]!) ? bitOf.han_name : 0);
  return latinBits(value.replace(courtesy, ''));
}

const nameOf = bitOf.han_name | bitOf.name_shape;

function hanBits(value: string): number {
  const text = value.replace(/\s*[•・‧∙⋅.·]\s*/gu, '·');
  if (maskedName.test(text)) return /^[*＊]/u.test(text) || startsWithSurname(text) ? nameOf : 0;
  const dotted = hanDotted.exec(text);
  if (dotted) return dotted.slice(1).some((part) => wordEnds.test(part) || isNobody(part)) ? bitOf.name_shape : nameOf;
  const bare = text.replace(/\s/g, '').replace(title, '');
  if (bare !== text.replace(/\s/g, '') && /^\p{Script=Han}{1,2}$/u.test(bare))
    return startsWithSurname(bare) ? nameOf : bitOf.name_shape;
  if (mongolEnds.test(bare)) return nameOf;
  if (!hanWord.test(bare)) return 0;
  if (wordEnds.test(bare) || isNobody(bare)) return bitOf.name_shape;
  return isHanName(bare) ? nameOf : bitOf.name_shape;
}

/** A surname and what given names are made of: half of the commonest words for things open like a surname too. */
function isHanName(word: string): boolean {
  const simple = simplifyHan(word);
  if (simple.length > 2 && compoundSurnames.has(simple.slice(0, 2))) return true;
  if (isTibetan(simple)) return true;
  if (simple.length === 4 && japaneseSurnames.has(simple.slice(0, 2))) return true;
  if (!singleSurnames.has(simple[0]!)) return false;
  const given = [...simple.slice(1)];
  // 张王丽娟 has the surnames of both parents; other words of four are words.
  if (given.length === 3) return singleSurnames.has(given[0]!) && hanGiven.has(given[1]!) && hanGiven.has(given[2]!);
  return given.some((letter) => hanGiven.has(letter));
}

function isTibetan(word: string): boolean {
  if (word.length !== 2 && word.length !== 4) return false;
  return tibetanParts.has(word.slice(0, 2)) && (word.length === 2 || tibetanParts.has(word.slice(2)));
}

function startsWithSurname(value: string): boolean {
  const simple = simplifyHan(value);
  return singleSurnames.has(simple[0]!) || compoundSurnames.has(simple.slice(0, 2));
}

function latinBits(value: string): number {
  const words = value.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length < 2 || words.length > 4) return 0;
  if (words.some((word) => cyrillicEnds.test(word))) return bitOf.western_name | bitOf.name_shape;
  if (!words.every((word) => latinWord.test(word))) return 0;
  const plain = words.map(plainWord);
  // Jack Daniel's is a drink, and so is Earl Grey Tea.
  if (/['’]s$/iu.test(words.at(-1)!) || plain.some((word) => thingWords.has(word))) return bitOf.name_shape;
  return bitOf.name_shape | (isLatinName(value, words, plain) ? bitOf.western_name : 0);
}

function isLatinName(value: string, words: readonly string[], plain: readonly string[]): boolean {
  const parts = words.flatMap((word) => word.split(/[-'’]/).map(plainWord));
  if (parts.some((part) => givenNames.has(part)) || initials.test(value)) return true;
  // Kim Min-jun: the family name first, two syllables after it.
  if (
    words.length === 2 &&
    romanSurnames.korean.has(plain[0]!) &&
    /^\p{Lu}\p{Ll}+-?\p{L}+$/u.test(words[1]!) &&
    words[1]!.includes('-')
  )
    return true;
  if (words.length >= 2 && romanSurnames.vietnamese.has(plain[0]!)) return true;
  return isPinyinName(plain);
}

/** Lower case, without accents and marks. */
function plainWord(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replace(/đ/g, 'd')
    .replace(/ø/g, 'o')
    .replace(/[^\p{L}]/gu, '');
}

function isPinyinName(words: readonly string[]): boolean {
  if (words.length > 3 || !words.every(isPinyin)) return false;
  return isPinyinSurname(words[0]!) || isPinyinSurname(words.at(-1)!);
}
