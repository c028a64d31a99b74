// `npm start`: sets the checkout up, builds the console where its sources changed, then starts the node in a local data folder with the sample organisation in it.

import { join } from 'node:path';
import { isBuilt } from './console-fingerprint.mjs';
import { root, run, say } from './runtime.mjs';
import { setUp } from './setup.mjs';

const runtime = await setUp();
if (!isBuilt()) {
  say('Building the console ...', '正在构建控制台……');
  // A node without its pages is a node all the same; the build has said what is wrong.
  await run(runtime, [join(root, 'scripts', 'console-build.ts')]);
}
process.exitCode = await run(runtime, [join(root, 'appliance', 'main.ts'), 'start', ...process.argv.slice(2)]);
