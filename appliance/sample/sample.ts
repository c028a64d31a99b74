// The sample organisation's front door: Morninglight Stores and Bank, made from a seed. Two thousand people who do not exist,
// seen through five systems with the mess of real life, and the truth about who is who. See docs/sample.md.

import { history, type SampleEvent, type SampleOptions } from './history.ts';

export { sampleEndMs, sampleStartMs } from './calendar.ts';
export { writeSample } from './files.ts';
export { type SampleEvent, type SampleOptions, sampleLimits } from './history.ts';
export { type SampleSource, type SampleSourceInfo, sampleConfig, sampleOrganisation, sampleSources } from './sources.ts';
export { sampleLeavers, sampleTruth } from './truth.ts';

/** What `npm start` loads: some 65,000 events. */
export const defaultSample: SampleOptions = { seed: 20261101, people: 2000, scale: 1 };

/**
 * Eighteen months of events in the order in which they reach the node: by `receivedAtMs`, so that some come late; one in
 * two hundred comes twice with the same messageId. Message ids, clocks and contents depend on the options alone.
 * Can be walked through again; holds the people and the events under way in memory, not the whole.
 * @throws {RangeError} on options outside `sampleLimits`, at the first step
 */
export function sampleEvents(options: SampleOptions): Iterable<SampleEvent> {
  return { [Symbol.iterator]: () => history(options) };
}
