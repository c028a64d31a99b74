// What two texts differ in, line by line (longest common subsequence, after what is the same at both ends is set aside).

export type Line = { readonly text: string; readonly in: 'both' | 'before' | 'after' };

/** Cells of the table of a comparison; beyond it what lies between the ends is told as one removed and one added block. */
const cellLimit = 4_000_000;

export function linesBetween(before: string, after: string): Line[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old[old.length - 1 - tail] === now[now.length - 1 - tail])
    tail += 1;
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ text, in: 'both' }));
  return [
    ...same(old.slice(0, head)),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...same(old.slice(old.length - tail)),
  ];
}

function middle(old: readonly string[], now: readonly string[]): Line[] {
  const removed = (text: string): Line => ({ text, in: 'before' });
  const added = (text: string): Line => ({ text, in: 'after' });
  const width = now.length + 1;
  if ((old.length + 1) * width > cellLimit) return [...old.map(removed), ...now.map(added)];
  // common[i, j]: lines that the rests from i and j have in common.
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      common[i * width + j] =
        old[i] === now[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) {
      lines.push({ text: old[i]!, in: 'both' });
      i += 1;
      j += 1;
    } else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!) lines.push(removed(old[i++]!));
    else lines.push(added(now[j++]!));
  }
  return [...lines, ...old.slice(i).map(removed), ...now.slice(j).map(added)];
}

/** Lines about changes that are shown with them. */
const around = 3;

/** Changed lines with a few about them; a run that is left out is one without a line. */
export function aroundChanges(lines: readonly Line[]): { key: number; line: Line | undefined }[] {
  const near = new Uint8Array(lines.length);
  for (const [at, line] of lines.entries()) if (line.in !== 'both') near.fill(1, Math.max(0, at - around), at + around + 1);
  return lines.flatMap((line, key): { key: number; line: Line | undefined }[] => {
    if (near[key]) return [{ key, line }];
    return key === 0 || near[key - 1] ? [{ key, line: undefined }] : [];
  });
}
