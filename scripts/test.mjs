// `npm test`: sets the checkout up, then runs every check and every test in turn, each under a heading and with its time.
// `--only NAME` (once or more) and `--except NAME` choose steps; what follows is given to the tests as the paths to run.

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { root, run, say } from './runtime.mjs';
import { setUp } from './setup.mjs';

/** Test files that run at the same time. Many start servers, browsers and worker threads of their own. */
const testFilesAtOnce = Math.min(4, Math.max(2, cpus().length));
/** After this one hanging test fails, where it would hold up everything. */
const testTimeoutMs = 15 * 60_000;
const folders = ['appliance', 'crypto', 'federation', 'admin-console', 'installer', 'scripts', 'bench'];

function testFiles(path) {
  let entries;
  try {
    entries = readdirSync(join(root, path), { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    if (error.code === 'ENOENT' && folders.includes(path)) return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.name !== 'node_modules')
    .flatMap((entry) => {
      if (entry.isDirectory()) return testFiles(join(path, entry.name));
      return entry.name.endsWith('.test.ts') ? [join(path, entry.name)] : [];
    });
}

/** Biome colours its output even in a file. */
const plain = process.stdout.isTTY ? [] : ['--colors=off'];

/** The steps in their order. Paths narrow the tests only. */
function steps(paths) {
  const modules = join(root, 'node_modules');
  return [
    {
      name: 'format',
      what: 'format and lint (biome)',
      args: () => [join(modules, '@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', ...plain],
    },
    { name: 'types', what: 'type check (tsc)', args: () => [join(modules, 'typescript', 'bin', 'tsc'), '-p', '.', '--noEmit'] },
    {
      name: 'pages',
      what: "the console's types and build (tsc, vite)",
      args: () => [join('scripts', 'console-build.ts'), '--types'],
    },
    { name: 'imports', what: 'import directions (dependency-cruiser)', args: () => [join('scripts', 'dependencies.ts')] },
    { name: 'kernels', what: 'kernels are what their source gives (asc)', args: () => [join('scripts', 'kernels.ts')] },
    { name: 'tidy', what: 'tidy house', args: () => [join('scripts', 'tidy.ts')] },
    {
      name: 'tests',
      what: 'tests (node --test)',
      args: () => {
        const files = (paths.length > 0 ? paths : folders).flatMap(testFiles);
        // Without a file node --test looks for its own, and finding none would pass.
        if (files.length === 0) throw new Error(`no test file under ${paths.join(', ') || folders.join(', ')}`);
        return [
          '--test',
          `--test-concurrency=${testFilesAtOnce}`,
          `--test-timeout=${testTimeoutMs}`,
          '--test-reporter=spec',
          ...files,
        ];
      },
    },
  ];
}

function readArguments(args) {
  const choice = { only: [], except: undefined, paths: [] };
  for (let index = 0; index < args.length; index += 1) {
    if (args[index] === '--only') choice.only.push(args[++index]);
    else if (args[index] === '--except') choice.except = args[++index];
    else choice.paths.push(args[index]);
  }
  return choice;
}

const { only, except, paths } = readArguments(process.argv.slice(2));
const chosen = steps(paths).filter(({ name }) => (only.length === 0 || only.includes(name)) && name !== except);
if (chosen.length === 0) {
  say(`There is no step "${only.join(' ')}".`, `没有名为 "${only.join(' ')}" 的步骤。`);
  process.exit(2);
}

const runtime = await setUp();
// Hundreds of processes load the same sources: what one of them compiled, the others read. Known by content, so never stale.
const env = { ...process.env, NODE_COMPILE_CACHE: join(root, 'build', 'compiled') };
const version = execFileSync(runtime, ['--version'], { encoding: 'utf8' }).trim();
const results = [];
for (const { name, what, args } of chosen) {
  console.log(`\n== ${name}: ${what}, Node ${version}`);
  const startedAtMs = performance.now();
  let code = 1;
  try {
    code = await run(runtime, args(), { env });
  } catch (error) {
    console.error(error.message);
  }
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  results.push({ name, code, seconds });
  if (code >= 128) break;
}

// The tests come last, so that their own closing lines stand right above this.
console.log(`\n== summary`);
for (const { name, code, seconds } of results)
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(8)} ${seconds.padStart(6)} s`);
process.exitCode = results.length === chosen.length && results.every(({ code }) => code === 0) ? 0 : 1;
