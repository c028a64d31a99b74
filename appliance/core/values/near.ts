// The names most like one that is not known, for "did you mean".

/**
 * The best first, at most three.
 * @param keyOf by which names are compared: without capitals and dashes unless given
 */
export function nearNames(name: string, known: Iterable<string>, keyOf = plainKey): string[] {
  const wanted = keyOf(name);
  const most = Math.max(1, Math.floor(wanted.length / 3));
  return [...new Set(known)]
    .map((one) => ({ one, distance: distanceOf(wanted, keyOf(one)) }))
    .filter(({ one, distance }) => distance <= most || (wanted.length > 2 && keyOf(one).includes(wanted)))
    .sort((a, b) => a.distance - b.distance || (a.one < b.one ? -1 : 1))
    .slice(0, 3)
    .map(({ one }) => one);
}

const plainKey = (name: string) =>
  name
    .slice(0, 100)
    .toLowerCase()
    .replaceAll(/[\s_.-]/g, '');

/** Levenshtein's distance, two neighbours that changed places counting as one mistake (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : changed;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, changed, swapped));
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
