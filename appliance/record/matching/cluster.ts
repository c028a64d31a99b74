// From pairs to persons, without chaining: two groups become one only if all of their cross pairs together speak for it.
// A single lucky link between two families of records is outweighed by the pairs that contradict it.

/** Pairs with their log-odds in bits. A pair not listed is one that blocking or the floor left out. */
export type Links = { left: Int32Array; right: Int32Array; bits: Float32Array };

export const clusterLimits = {
  /** Rows of one connected piece that are clustered exactly; larger pieces first drop their weakest links. */
  componentRows: 400,
} as const;

export type ClusterRules = {
  /** Groups are joined while their joint log-odds are at least this. */
  mergeBits: number;
  /** Log-odds before any evidence; pairs near it say nothing. */
  priorBits: number;
  /** Log-odds of a pair that is not listed. */
  pairBits(left: number, right: number): number;
};

/** @returns for every row the smallest row of its group */
export function clusterLinks(rowCount: number, links: Links, rules: ClusterRules): Int32Array {
  const groupOf = Int32Array.from({ length: rowCount }, (_, i) => i);
  const seeds: number[] = [];
  for (let i = 0; i < links.bits.length; i++) if (links.bits[i]! >= rules.mergeBits) seeds.push(i);
  const known = new Map<number, number>();
  for (let i = 0; i < links.bits.length; i++) known.set(links.left[i]! * rowCount + links.right[i]!, links.bits[i]!);
  const bitsOf = (a: number, b: number): number => {
    const [left, right] = a < b ? [a, b] : [b, a];
    return known.get(left * rowCount + right) ?? rules.pairBits(left, right);
  };
  const work = components(rowCount, links, seeds).map((rows) => ({ rows, least: rules.mergeBits }));
  while (work.length > 0) {
    const { rows, least } = work.pop()!;
    if (rows.length > clusterLimits.componentRows) {
      const inside = new Set(rows);
      const stronger = seeds.filter((i) => links.bits[i]! >= least + 2 && inside.has(links.left[i]!));
      for (const part of components(rowCount, links, stronger)) work.push({ rows: part, least: least + 2 });
      continue;
    }
    for (const group of agglomerate(rows, bitsOf, rules)) {
      const first = Math.min(...group);
      for (const row of group) groupOf[row] = first;
    }
  }
  return groupOf;
}

/** Connected pieces of two rows or more, rows ascending. */
function components(_rowCount: number, links: Links, chosen: readonly number[]): number[][] {
  const parent = new Map<number, number>();
  const find = (x: number): number => {
    let root = x;
    while (parent.get(root) !== undefined && parent.get(root) !== root) root = parent.get(root)!;
    while (parent.get(x) !== undefined && parent.get(x) !== root) {
      const next = parent.get(x)!;
      parent.set(x, root);
      x = next;
    }
    return root;
  };
  for (const i of chosen) {
    const a = find(links.left[i]!);
    const b = find(links.right[i]!);
    parent.set(a, Math.min(a, b));
    parent.set(b, Math.min(a, b));
  }
  const pieces = new Map<number, number[]>();
  for (const row of [...new Set(chosen.flatMap((i) => [links.left[i]!, links.right[i]!]))].sort((a, b) => a - b)) {
    const root = find(row);
    const piece = pieces.get(root);
    if (piece) piece.push(row);
    else pieces.set(root, [row]);
  }
  return [...pieces.values()];
}

const bitsMost = 24;
const silent = 2.5;
const copyWeight = 0.3;

// Joins the two groups with the highest joint log-odds until none reaches the threshold. Joint log-odds blend two readings of
// the cross pairs: that one record was copied from some record of the other group (log of the mean odds), and that all
// copies go back to one original (mean of the log-odds of the pairs that say anything).
function agglomerate(rows: number[], bitsOf: (a: number, b: number) => number, rules: ClusterRules): number[][] {
  const n = rows.length;
  if (n === 2) return [rows];
  const odds = new Float64Array(n * n);
  const sums = new Float64Array(n * n);
  const voices = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const bits = Math.max(-bitsMost, Math.min(bitsMost, bitsOf(rows[i]!, rows[j]!)));
      const voice = Math.abs(bits - rules.priorBits) < silent ? 0.05 : 1;
      odds[i * n + j] = odds[j * n + i] = 2 ** bits;
      sums[i * n + j] = sums[j * n + i] = Math.min(bits, 12) * voice;
      voices[i * n + j] = voices[j * n + i] = voice;
    }
  }
  const groups: (number[] | undefined)[] = rows.map((row) => [row]);
  for (;;) {
    let best = rules.mergeBits;
    let bestA = -1;
    let bestB = -1;
    for (let a = 0; a < n; a++) {
      if (!groups[a]) continue;
      for (let b = a + 1; b < n; b++) {
        if (!groups[b]) continue;
        const at = a * n + b;
        const score =
          copyWeight * Math.log2(odds[at]! / (groups[a]!.length * groups[b]!.length)) +
          (1 - copyWeight) * (sums[at]! / voices[at]!);
        if (score > best || (score === best && bestA < 0)) {
          best = score;
          bestA = a;
          bestB = b;
        }
      }
    }
    if (bestA < 0) return groups.filter((group) => group !== undefined && group.length > 1) as number[][];
    groups[bestA]!.push(...groups[bestB]!);
    groups[bestB] = undefined;
    for (let c = 0; c < n; c++) {
      for (const table of [odds, sums, voices]) {
        table[bestA * n + c]! += table[bestB * n + c]!;
        table[c * n + bestA] = table[bestA * n + c]!;
      }
    }
  }
}
