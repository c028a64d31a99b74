// A thread of the pool that finds members: takes chunks of a job, whose memory it shares, until none is left.

import { type Job, takeChunks } from './members.ts';

export default function task(job: Job): { members: number[]; undecided: number[] } {
  return takeChunks(job);
}
