// What XGBoost's hist reaches on the same tables, we reach: AUC and log-loss on rows held out, within a thousandth.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Boosting } from './boosting.ts';
import { fixtureCases, fixturePath, fixtureTables } from './testing/fixture.ts';
import { measure } from './testing/tables.ts';

const reached = JSON.parse(readFileSync(fixturePath, 'utf8')) as { [name: string]: { auc: number; logLoss: number } };

for (const { name, missing, settings } of fixtureCases) {
  test(`as good as XGBoost: ${name}`, { timeout: 60_000 }, async (t) => {
    const boosting = new Boosting({ threads: 2 });
    try {
      const { training, held } = fixtureTables(missing);
      const { trees } = await boosting.train(training.features, training.labels, settings);
      const { auc, logLoss } = measure(await boosting.predictMargins(trees, held.features), held.labels);
      const peer = reached[name]!;
      t.diagnostic(
        `AUC ${auc.toFixed(5)}, XGBoost ${peer.auc.toFixed(5)}; log-loss ${logLoss.toFixed(5)}, XGBoost ${peer.logLoss.toFixed(5)}`,
      );
      assert.ok(auc > peer.auc - 0.001, `AUC ${auc}, XGBoost ${peer.auc}`);
      assert.ok(logLoss < peer.logLoss + 0.001, `log-loss ${logLoss}, XGBoost ${peer.logLoss}`);
    } finally {
      await boosting.close();
    }
  });
}
