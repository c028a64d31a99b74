// Lends the file matcher to the live node: the record lays persons out as a table, the matcher says who is who.

import { resolveTable } from './record/matching/matching.ts';
import type { Matcher } from './record/profiles/profiles.ts';

export const personMatcher: Matcher = async (table) => {
  const resolution = await resolveTable(table);
  return {
    clusters: resolution.clusters,
    pairs: resolution.pairs,
    thresholds: resolution.thresholds,
    groupBits: (left, right) => resolution.groupBits(left, right),
    weightsOf: (left, right) => resolution.reasons(left, right),
  };
};
