// `npm run faults`: the fault tests of the whole node in full, with all their rounds, one file after the other; each prints a line of
// figures. Minutes, not seconds. Names of files narrow it: `npm run faults -- kill power-loss`.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say } from './runtime.mjs';
import { setUp } from './setup.mjs';

const folder = join('appliance', 'simulation');
const wanted = process.argv.slice(2);
const files = readdirSync(join(root, folder))
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => wanted.length === 0 || wanted.includes(name.replace('.test.ts', '')));
if (files.length === 0) {
  say(`There is no fault test "${wanted.join(' ')}".`, `没有名为 "${wanted.join(' ')}" 的故障测试。`);
  process.exit(2);
}
process.env.HOLDFAST_LONG = '1';
process.exitCode = await run(await setUp(), [
  '--test',
  '--test-concurrency=1',
  '--test-reporter=spec',
  ...files.map((name) => join(folder, name)),
]);
