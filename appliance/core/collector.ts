// How the garbage collector is set for a process that takes in thousands of events a second. To be called once, before any of
// them comes.

import { setFlagsFromString } from 'node:v8';

/**
 * How far the heap may grow beyond what was alive after the last full collection. Left to itself V8 lets it grow by what the machine has: of 300 MB
 * alive it made 750 MB before it looked, and the process had 1,290 MB under full ingest instead of 960 (at 100 percent). A full collection stops the
 * process for some 20 ms either way, and comes oftener: in half an hour of everything at once (npm run soak) 60 percent took 57 MB less than 100, and memory
 * stayed level. Full ingest is some 6 percent slower for it (0.65 of bench:ingest's ceiling where 100 percent had 0.69).
 */
const growingPercent = 60;

/**
 * V8 learns that arrays made at one place in the code often outlive a collection of the young (those that carry the events of
 * batches under way do) and from then on makes them in the old generation at once. There they die within milliseconds, but until
 * the next full collection whatever they point to counts as alive: at 15,000 events a second, 20 of every 100 bytes were carried over
 * instead of 3, the collector's share of the processor was twice as large and the process 300 MB larger.
 */
export function tuneCollector(): void {
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`);
  setFlagsFromString('--no-allocation-site-pretenuring');
}
