// `npm start`: sets the checkout up, then starts the node in a local data folder with the sample organisation in it.

import { join } from 'node:path';
import { root, run } from './runtime.mjs';
import { setUp } from './setup.mjs';

const runtime = await setUp();
process.exitCode = await run(runtime, [join(root, 'appliance', 'main.ts'), 'start', ...process.argv.slice(2)]);
