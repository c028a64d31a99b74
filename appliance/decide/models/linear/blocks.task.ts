// The thread's side of training a linear model: sums one range of blocks into shared memory. A task for a worker pool; keeps nothing.

import type { BlockWork } from './linear.ts';
import { runBlocks } from './passes.ts';

export default function sumBlocks({ design, pass, from, to, sums }: BlockWork): void {
  runBlocks(design, pass, from, to, sums);
}
