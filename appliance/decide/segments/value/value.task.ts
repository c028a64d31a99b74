// The worker side of what customers are worth: scoring, counting on a plane and counting orders over everybody, beside serving.

export { tableOf, tenthsOf, weeksOf } from './forecast.ts';

import type { Matrix } from '../../../core/matrix/matrix.ts';
import { type Grid, gridOf } from './grid.ts';

export { planeOf } from './plane.ts';

export function grid({ matrix, rows, nowMs }: { matrix: Matrix; rows: Int32Array; nowMs: number }): Grid {
  return gridOf(matrix, rows, nowMs);
}
