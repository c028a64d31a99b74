// The program of the next version, in a process of its own that kills itself at a step of the upgrade: `upgrade.child.ts FOLDER PORT [STEP]`.

import { readFileSync } from 'node:fs';
import { Fault } from '../../core/errors.ts';
import { systemPorts } from '../../core/ports.ts';
import { bothEngines } from '../../core/store/store.ts';
import { serve } from '../../lifecycle.ts';
import { migrations } from '../../node.ts';
import type { UpgradeStep } from '../../oversee/operations/upgrade/upgrade.ts';

const [folder, port, killedAt] = process.argv.slice(2);
const passphrase = readFileSync(process.env.HOLDFAST_PASSPHRASE_FILE!, 'utf8').trim();

function onStep(step: UpgradeStep): void {
  if (step === killedAt) process.kill(process.pid, 'SIGKILL');
}

try {
  const serving = await serve({
    ...{ folder: folder!, ports: systemPorts, secret: { passphrase }, config: { port: Number(port) } },
    upgrade: {
      migrations: [
        ...migrations,
        bothEngines(9001, 'next', 'CREATE TABLE next_things (thing_id INTEGER PRIMARY KEY, body BLOB) STRICT;'),
        bothEngines(9002, 'and more', 'ALTER TABLE next_things ADD COLUMN more INTEGER;'),
      ],
      onStep,
    },
    loopDelayMs: () => 0,
  });
  process.stdout.write(`${JSON.stringify({ url: serving.url })}\n`);
  process.once('SIGTERM', () => void serving.stop().then(() => process.exit(0)));
} catch (error) {
  process.stderr.write(`${error instanceof Fault ? `${error.code} ${error.where}` : String(error)}\n`);
  process.exit(1);
}
