// Which models are taken together, and how much of each: greedily, the one that helps most, again and again (Caruana, Niculescu-Mizil, Crew
// and Ksikes 2004), judged on margins of rows that none of them learned from. A model that is taken often weighs much.

/** Margins of one model, one entry a row. */
export type Voice = { readonly margins: Float64Array };

export const blendLimits = {
  /** Choices; a weight is a multiple of one over as many. */
  rounds: 12,
  /** Models in a blend: each costs time with every score. */
  members: 4,
  /** By how much a loss must fall for another choice to count, in nats. */
  least: 1e-6,
} as const;

export type Blended = { readonly weights: readonly number[]; readonly margins: Float64Array; readonly logLoss: number };

/** @param labels 0 or 1, one a row */
export function blend(voices: readonly Voice[], labels: Uint8Array): Blended {
  const counts = new Array<number>(voices.length).fill(0);
  const rows = labels.length;
  const sum = new Float64Array(rows);
  let [taken, loss] = [0, Number.POSITIVE_INFINITY];
  for (let round = 0; round < blendLimits.rounds; round += 1) {
    const members = counts.filter((count) => count > 0).length;
    let [best, bestLoss] = [-1, Number.POSITIVE_INFINITY];
    voices.forEach(({ margins }, at) => {
      if (counts[at] === 0 && members >= blendLimits.members) return;
      const one = lossOfSum(sum, margins, taken + 1, labels);
      if (one < bestLoss) [best, bestLoss] = [at, one];
    });
    if (best < 0 || bestLoss > loss - blendLimits.least) break;
    counts[best]! += 1;
    taken += 1;
    loss = bestLoss;
    const { margins } = voices[best]!;
    for (let row = 0; row < rows; row += 1) sum[row]! += margins[row]!;
  }
  return { weights: counts.map((count) => count / taken), margins: sum.map((margin) => margin / taken), logLoss: loss };
}

function lossOfSum(sum: Float64Array, more: Float64Array, count: number, labels: Uint8Array): number {
  let total = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const margin = (sum[row]! + more[row]!) / count;
    total += lossOfMargin(labels[row] === 1 ? margin : -margin);
  }
  return total / labels.length;
}

/** -log of the logistic function, without overflow. */
export function lossOfMargin(margin: number): number {
  return margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
}
