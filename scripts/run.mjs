// Runs one of the project's TypeScript programs under Node 24, whatever Node started npm: `node scripts/run.mjs FILE ARGS`.

import { run, say } from './runtime.mjs';
import { setUp } from './setup.mjs';

const args = process.argv.slice(2);
if (args.length === 0) {
  say('Usage: node scripts/run.mjs FILE [ARGS]', '用法：node scripts/run.mjs 文件 [参数]');
  process.exit(2);
}
process.exitCode = await run(await setUp(), args);
