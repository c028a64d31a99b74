// How well a node has worked out who is who in the sample organisation: pairs of records it put together against the truth.

import type { OpenNode } from './node.ts';
import { type PairwiseScore, pairwiseScore } from './record/matching/matching.ts';
import { sampleTruth } from './sample/sample.ts';

export type SampleScore = PairwiseScore & { records: number; people: number; persons: number };

/** Devices that several people used have no single right answer and are left out, as are records the node never saw. */
export async function scoreSample(node: OpenNode, options: { seed: number; people: number }): Promise<SampleScore> {
  const truth = new Map<string, { source: string; known: boolean; value: string; people: string[] }>();
  for (const { source, recordKey, personId } of sampleTruth(options)) {
    const name = `${source} ${recordKey.kind} ${recordKey.value}`;
    const row = truth.get(name) ?? { source, known: recordKey.kind === 'user_id', value: recordKey.value, people: [] };
    row.people.push(personId);
    truth.set(name, row);
  }
  const people: string[] = [];
  const persons: string[] = [];
  for (const row of truth.values()) {
    const source = node.directory.idOf(row.source);
    if (row.people.length > 1 || source === undefined) continue;
    const person = await node.profiles.personOf(source, row.known, row.value);
    if (person === undefined) continue;
    people.push(row.people[0]!);
    persons.push(String(person));
  }
  return {
    ...pairwiseScore(numbered(persons), people),
    records: people.length,
    people: new Set(people).size,
    persons: new Set(persons).size,
  };
}

function numbered(names: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(names, (name) => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
}
