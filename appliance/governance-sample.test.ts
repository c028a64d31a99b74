// The detectors on the sample organisation: mail addresses, phones, names and cards as five systems write them, mess included.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataClass } from './oversee/governance/classes.ts';
import { FieldSketch } from './oversee/governance/field-sketch.ts';
import { seedOf } from './oversee/governance/hash.ts';
import { nowMs } from './oversee/governance/testing.ts';
import { judgeField, verdictLimits } from './oversee/governance/verdict.ts';
import { sampleEvents } from './sample/sample.ts';

const seed = seedOf(Uint8Array.from([9, 8, 7, 6, 5, 4, 3, 2]));

test('the sample organisation: each trait of a person gets its class, what is none gets none', () => {
  const sketches = new Map<string, FieldSketch>();
  const seen = { seed, hash: { high: 0, low: 0 }, customer: 0, region: 'CN', nowMs };
  let events = 0;
  for (const { event } of sampleEvents({ seed: 1, people: 800 })) {
    if (++events > 40_000) break;
    for (const [section, values] of [
      ['traits', event.kind === 'group' ? undefined : event.traits],
      ['properties', event.properties],
    ] as const) {
      for (const [name, value] of Object.entries(values ?? {})) {
        if (typeof value === 'object') continue;
        const path = `${section}.${name}`;
        let sketch = sketches.get(path);
        if (!sketch) {
          sketch = new FieldSketch();
          sketches.set(path, sketch);
        }
        sketch.add(value, seen);
      }
    }
  }
  const found = new Map<string, DataClass | undefined>();
  for (const [path, sketch] of sketches) {
    const { tested, counts, scalars, filled } = sketch;
    const verdict = judgeField({
      path: path.split('.'),
      tested,
      counts,
      distinct: sketch.distinct(),
      counted: scalars,
      scalarShare: scalars / Math.max(1, filled),
    });
    found.set(path, verdict.dataClass);
    if (tested >= verdictLimits.values)
      console.log(`${path}: ${verdict.dataClass} by ${verdict.by} ${verdict.share.toFixed(2)} of ${tested}`);
  }
  const expected: [string, DataClass][] = [
    ['traits.phone', 'phone'],
    ['traits.email', 'email'],
    ['traits.name', 'person_name'],
    ['traits.birthday', 'birth_date'],
    ['traits.address', 'address'],
  ];
  for (const [path, dataClass] of expected) if (sketches.has(path)) assert.equal(found.get(path), dataClass, path);
});
