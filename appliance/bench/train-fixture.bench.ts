// Makes xgboost.json, what XGBoost reaches on seeded tables: node scripts/run.mjs appliance/bench/train-fixture.bench.ts, where Debian's
// python3-xgboost is. Tests read the numbers and need no Python.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixtureCases, fixturePath, fixtureTables } from '../decide/models/boosting/testing/fixture.ts';
import { runXgboost, writeExamples } from './train-peer.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-fixture-'));
const results: { [name: string]: { auc: number; logLoss: number; version: string } } = {};
for (const { name, missing, settings, peer } of fixtureCases) {
  const { training, held } = fixtureTables(missing);
  writeExamples(folder, training, held);
  const { auc, logLoss, version } = await runXgboost(folder, training, held, { threads: 2, trees: settings.trees, params: peer });
  results[name] = { auc, logLoss, version };
}
writeFileSync(fixturePath, `${JSON.stringify(results, null, 2)}\n`);
rmSync(folder, { recursive: true });
