// Whether two people bear the same family name, however each is written: 王 and Wang, 歐陽 and Ouyang, MÜLLER and Müller.

import { parseName, romanise } from '../../core/values/name.ts';
import { comparisonText, simplifyHan } from '../../core/values/text.ts';

const han = /^\p{Script=Han}+$/u;

export function sameFamilyName(a: string, b: string): boolean {
  const [left, right] = [tidy(a), tidy(b)];
  if (left === '' || right === '') return false;
  // 张 and 章 sound alike and are two names: only where one of them is written in Latin letters does the sound decide.
  if (han.test(left) && han.test(right)) return left === right;
  return soundsOf(a).some((sound) => soundsOf(b).includes(sound));
}

/** The family name within a whole name; undefined where none can be told. */
export function familyNameIn(name: string): string | undefined {
  const parsed = parseName(name);
  return parsed.ok ? parsed.value.family : undefined;
}

function tidy(name: string): string {
  return simplifyHan(comparisonText(name)).replace(/[^\p{L}]/gu, '');
}

/** Passports write ü as yu or v, and others leave the dots out: 吕 is Lyu, Lü and Lv. */
function soundsOf(name: string): string[] {
  const plain = tidy(name);
  if (han.test(plain)) return [romanise(plain, true)];
  return [plain.replace(/^lyu$/, 'lv'), tidy(name.normalize('NFD').replace(/u\u0308/gi, 'v'))];
}
