// A table of what is written and what it is taken for, by which the tests of values speak.

import assert from 'node:assert/strict';
import type { Normal } from './normal.ts';

/** @param rows what is written, and its value; without one it is refused */
export function table<T>(normalise: (raw: unknown) => Normal<T>, rows: readonly (readonly [unknown, T | undefined])[]): void {
  for (const [raw, expected] of rows) {
    const got = normalise(raw);
    assert.deepEqual(
      got.ok ? got.value : undefined,
      expected,
      `${String(raw)} -> ${JSON.stringify(got, (_, v) => (typeof v === 'bigint' ? String(v) : v))}`,
    );
    // A reason stands in logs and reject files, so it never repeats the value.
    if (!got.ok && String(raw).length > 4) assert.ok(!got.reason.includes(String(raw)), got.reason);
  }
}
