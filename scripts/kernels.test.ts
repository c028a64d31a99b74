// The drift check of kernels notices an artefact that is not what its source gives.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from './files.ts';
import { kernels, staleKernels } from './kernels.ts';

test('a kernel that was changed without compiling is found', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-kernels-'));
  try {
    for (const { source } of kernels) {
      mkdirSync(join(folder, dirname(source)), { recursive: true });
      cpSync(join(projectRoot, dirname(source)), join(folder, dirname(source)), { recursive: true });
    }
    assert.deepEqual(await staleKernels(folder), []);
    const { artefact, source } = kernels[0]!;
    const layout = join(folder, dirname(source), 'layout.ts');
    writeFileSync(layout, readFileSync(layout, 'utf8').replace('columnHistogramBytes = 2048', 'columnHistogramBytes = 4096'));
    assert.deepEqual(await staleKernels(folder), [artefact]);
    writeFileSync(layout, 'export const nothing = 1;\n');
    await assert.rejects(staleKernels(folder), /does not compile/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
