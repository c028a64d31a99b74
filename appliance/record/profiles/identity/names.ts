// Whether two names could be one person's: a shared phone joins 王小明 and Wang Xiaoming, but not 王小明 and 李芳. Generous on
// purpose: missing parts, initials, orders and typing errors pass; who is left is what the matcher and people decide.

/** The kind under which a record claims its names; it joins nobody, it only speaks against. */
export const nameKind = 'name';

/** Words of a name looked at, and characters of a word that may differ. */
const limits = { words: 6, shortWord: 4 } as const;

/** @param a @param b romanised words in alphabetical order, as `parseName` gives in `latinKey` */
export function couldBeOne(a: string, b: string): boolean {
  if (a === b) return true;
  const left = a.split(' ').slice(0, limits.words);
  const right = b.split(' ').slice(0, limits.words);
  const [few, many] = left.length <= right.length ? [left, right] : [right, left];
  if (few.every((word) => many.some((other) => sameWord(word, other)))) return true;
  return distanceAtMost(left.join(''), right.join(''), 1);
}

/** Equal, one the beginning of the other (initials, 小明 of 小明明), or one slip apart when long enough. */
function sameWord(a: string, b: string): boolean {
  if (a.startsWith(b) || b.startsWith(a)) return true;
  return Math.min(a.length, b.length) >= limits.shortWord && distanceAtMost(a, b, 1);
}

/** Optimal string alignment distance (a transposition is one), for a limit of one. */
function distanceAtMost(a: string, b: string, limit: 1): boolean {
  if (Math.abs(a.length - b.length) > limit) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1;
    endB -= 1;
  }
  const restA = endA - start;
  const restB = endB - start;
  if (restA <= 1 && restB <= 1) return true;
  return restA === 2 && restB === 2 && a[start] === b[start + 1] && a[start + 1] === b[start];
}
