// `npm run seeds`: ten thousand whole rounds of a federation under ten thousand seeds, with a tally of the faults that they met and of how they
// ended. `-- --seeds 10000 --first 1 --processes 1`; `--lies` tells a lie in each instead. Ends with 1 where any seed fails, and names it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './runtime.mjs';
import { setUp } from './setup.mjs';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    first: { type: 'string', default: '1' },
    processes: { type: 'string', default: '1' },
    lies: { type: 'boolean', default: false },
  },
});
const [seeds, first, processes] = [Number(values.seeds), Number(values.first), Number(values.processes)];
const runtime = await setUp();

async function part(from, count) {
  const file = join(root, 'federation', 'simulation', 'round', 'seeds.process.ts');
  const child = spawn(runtime, ['--no-warnings', file, `${from}`, `${count}`, values.lies ? '1' : '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (bytes) => {
    text += bytes;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`seeds from ${from}: ended with ${code}`);
  return JSON.parse(text);
}

const share = Math.ceil(seeds / processes);
const startedAtMs = performance.now();
const parts = await Promise.all(
  Array.from({ length: processes }, (_, at) => part(first + at * share, Math.max(0, Math.min(share, seeds - at * share)))),
);
const total = {};
for (const { tally } of parts) for (const [what, count] of Object.entries(tally)) total[what] = (total[what] ?? 0) + count;
const failed = parts.flatMap((one) => one.failed);
const words = Object.entries(total).map(([what, count]) => `${count.toLocaleString('en')} ${what}`);
const minutes = ((performance.now() - startedAtMs) / 60_000).toFixed(1);
console.log(`seeds ${first} to ${first + seeds - 1}, ${minutes} minutes: ${words.join(', ')}`);
if (failed.length > 0) console.log(`failed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
