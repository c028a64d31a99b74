// What differs between two texts, line by line: the longest common lines stay. By the plain table, since what people write here is a few hundred lines.

export type Line = {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
  readonly old?: number;
  readonly now?: number;
};

/** Beyond so many pairs of lines what differs is told as a whole: gone, then new. */
const tableCells = 4_000_000;

export function diffLines(oldText: string, newText: string): Line[] {
  const [old, now] = [linesOf(oldText), linesOf(newText)];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const lines: Line[] = [];
  const same = (at: number, by: number) => lines.push({ kind: 'same', text: old[at]!, old: at + 1, now: at + by + 1 });
  for (let at = 0; at < head; at += 1) same(at, 0);
  lines.push(...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail), head));
  for (let at = old.length - tail; at < old.length; at += 1) same(at, now.length - old.length);
  return lines;
}

/** Lines that are near a change, with a gap of `undefined` where others are left out. */
export function nearChanges(lines: readonly Line[], around = 3): (Line | undefined)[] {
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== 'same'));
  return lines.flatMap((line, at) => (near[at] ? [line] : at === 0 || near[at - 1] ? [undefined] : []));
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

function middle(old: readonly string[], now: readonly string[], from: number): Line[] {
  const [rows, columns] = [old.length, now.length];
  const gone = (at: number): Line => ({ kind: 'gone', text: old[at]!, old: from + at + 1 });
  const fresh = (at: number): Line => ({ kind: 'new', text: now[at]!, now: from + at + 1 });
  if (rows * columns > tableCells) return [...old.map((_, at) => gone(at)), ...now.map((_, at) => fresh(at))];
  const width = columns + 1;
  const longest = new Uint32Array((rows + 1) * width);
  for (let row = rows - 1; row >= 0; row -= 1) {
    for (let column = columns - 1; column >= 0; column -= 1) {
      const at = row * width + column;
      longest[at] = old[row] === now[column] ? longest[at + width + 1]! + 1 : Math.max(longest[at + width]!, longest[at + 1]!);
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < rows || column < columns) {
    if (row < rows && column < columns && old[row] === now[column]) {
      lines.push({ kind: 'same', text: old[row]!, old: from + row + 1, now: from + column + 1 });
      [row, column] = [row + 1, column + 1];
    } else if (column === columns || (row < rows && longest[(row + 1) * width + column]! >= longest[row * width + column + 1]!)) {
      lines.push(gone(row));
      row += 1;
    } else {
      lines.push(fresh(column));
      column += 1;
    }
  }
  return lines;
}
