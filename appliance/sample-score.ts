// How well a node has worked out who is who in the sample organisation: pairs of records it put together against the truth.

import type { OpenNode } from './node.ts';
import { type PairwiseScore, pairwiseScore } from './record/matching/matching.ts';
import { sampleTruth } from './sample/sample.ts';

type Score = PairwiseScore & { records: number; people: number; persons: number };
/** `customers`: records with a customer id alone; `withDevices`: anonymous visits too, many of which nothing links to anybody. */
export type SampleScore = { customers: Score; withDevices: Score };

/** Devices that several people used have no single right answer and are left out, as are records the node never saw. */
export async function scoreSample(node: OpenNode, options: { seed: number; people: number }): Promise<SampleScore> {
  const truth = new Map<string, { source: string; known: boolean; value: string; people: string[] }>();
  for (const { source, recordKey, personId } of sampleTruth(options)) {
    const name = `${source} ${recordKey.kind} ${recordKey.value}`;
    const row = truth.get(name) ?? { source, known: recordKey.kind === 'user_id', value: recordKey.value, people: [] };
    row.people.push(personId);
    truth.set(name, row);
  }
  const rows: { known: boolean; truth: string; person: string }[] = [];
  for (const row of truth.values()) {
    const source = node.directory.idOf(row.source);
    if (row.people.length > 1 || source === undefined) continue;
    const person = await node.profiles.personOf(source, row.known, row.value);
    if (person !== undefined) rows.push({ known: row.known, truth: row.people[0]!, person: String(person) });
  }
  return { customers: scored(rows.filter((row) => row.known)), withDevices: scored(rows) };
}

function scored(rows: readonly { truth: string; person: string }[]): Score {
  const people = rows.map((row) => row.truth);
  const persons = rows.map((row) => row.person);
  return {
    ...pairwiseScore(numbered(persons), people),
    records: rows.length,
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
