// The check that a lifetime model has to stand: fitted on one stretch of time, asked about the next, compared with what customers did then
// by how often they had bought before (figure 4 of Fader, Hardie and Lee 2005).

export type HoldoutRow = {
  /** Repeat purchases in the calibration; the last row holds that many and more. */
  readonly frequency: number;
  readonly andMore: boolean;
  readonly customers: number;
  /** Means over these customers, of purchases in the holdout. */
  readonly predicted: number;
  readonly actual: number;
};

export type Holdout = {
  readonly rows: readonly HoldoutRow[];
  readonly customers: number;
  /** Totals over all customers. */
  readonly predicted: number;
  readonly actual: number;
  /** Mean absolute difference per customer. */
  readonly meanAbsoluteError: number;
  /** Pearson's, between what was predicted and what was done; 0 where one of them does not vary. */
  readonly correlation: number;
};

/**
 * @param frequency repeat purchases in the calibration, a row for each customer
 * @param predicted purchases expected in the holdout
 * @param actual purchases in the holdout
 * @param last the frequency from which on customers share a row, as in the paper 7
 * @throws {RangeError} where lengths differ or there is nobody
 */
export function compareHoldout(
  frequency: ArrayLike<number>,
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  last = 7,
): Holdout {
  const customers = frequency.length;
  if (customers === 0 || predicted.length !== customers || actual.length !== customers) {
    throw new RangeError('compareHoldout: expected three columns of one length, not empty');
  }
  const sums = Array.from({ length: last + 1 }, () => ({ customers: 0, predicted: 0, actual: 0 }));
  let [absolute, xy, xx, yy, totalX, totalY] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < customers; row += 1) {
    const [x, y] = [predicted[row]!, actual[row]!];
    const sum = sums[Math.min(frequency[row]!, last)]!;
    sum.customers += 1;
    sum.predicted += x;
    sum.actual += y;
    totalX += x;
    totalY += y;
    absolute += Math.abs(x - y);
    xy += x * y;
    xx += x * x;
    yy += y * y;
  }
  const spread = (squares: number, total: number) => squares - (total * total) / customers;
  const [ofX, ofY] = [spread(xx, totalX), spread(yy, totalY)];
  return {
    rows: sums.flatMap((sum, index) =>
      sum.customers === 0
        ? []
        : [
            {
              frequency: index,
              andMore: index === last,
              customers: sum.customers,
              predicted: sum.predicted / sum.customers,
              actual: sum.actual / sum.customers,
            },
          ],
    ),
    customers,
    predicted: totalX,
    actual: totalY,
    meanAbsoluteError: absolute / customers,
    correlation: ofX > 0 && ofY > 0 ? (xy - (totalX * totalY) / customers) / Math.sqrt(ofX * ofY) : 0,
  };
}
