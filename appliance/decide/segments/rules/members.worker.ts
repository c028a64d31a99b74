// A thread of the pool that finds members: takes chunks of a job, whose memory it shares, until none is left.

import type { Work } from '../../../core/pool/pool.ts';
import { type Job, takeChunks } from './members.ts';

export function find(job: Job, work: Work): { members: number[]; undecided: number[] } {
  return takeChunks(job, () => work.cancelled());
}
