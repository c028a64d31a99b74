// Who is who in the sample organisation, whose truth is known: what identifiers find, and what matching adds without putting
// families and twins together.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSample, sampleConfiguration } from './sample-loading.ts';
import { scoreSample } from './sample-score.ts';
import { openTestNode } from './testing.ts';

test('matching finds many more pairs than identifiers, and stays as right', async () => {
  const holdfast = await openTestNode({ config: sampleConfiguration });
  try {
    const node = holdfast.app.node();
    const mark = await loadSample(node, holdfast.folder, { people: 800 });
    const { customers: before } = await scoreSample(node, mark);
    assert.ok(before.precision > 0.96 && before.recall > 0.53, told(before));
    await node.matchPersons();
    const { customers: after } = await scoreSample(node, mark);
    assert.ok(after.precision > 0.955 && after.recall > before.recall + 0.12, told(after));
  } finally {
    await holdfast.close();
  }
});

const told = ({ precision, recall }: { precision: number; recall: number }): string =>
  `precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}`;
