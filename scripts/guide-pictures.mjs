// `npm run docs:pictures`: takes the pictures of the roles' guides again, of the product as it is, and keeps what each shows (docs/pictures/). The tests of the
// guides are run by it, so that it says what is missing. PNGs of the same, to be looked at, lie in build/console/.

import { root, run } from './runtime.mjs';
import { setUp } from './setup.mjs';

process.chdir(root);
process.env.HOLDFAST_PICTURES = 'take';
const runtime = await setUp();
const built = await run(runtime, ['scripts/console-build.ts']);
process.exitCode =
  built === 0 ? await run(runtime, ['--test', '--test-reporter=spec', 'appliance/acceptance/console/guides.test.ts']) : built;
