// Makes a checkout ready to run: the packages that package-lock.json names and the Node 24 runtime, both from the npm
// registry, and only when something is missing, because a second start has under three seconds.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fallbackFolder, findRuntime, oldestMajor, root, run, runtimePackage, say } from './runtime.mjs';

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/**
 * Says why node_modules is not what package-lock.json asks for, or undefined when it is.
 * npm keeps its own record of what it installed; comparing the two is sure, and takes milliseconds.
 */
export function whyInstall(folder = root) {
  const record = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return 'node_modules';
  let installed;
  try {
    installed = readJson(record).packages;
  } catch {
    return record;
  }
  for (const [path, wanted] of Object.entries(readJson(join(folder, 'package-lock.json')).packages)) {
    if (!path.startsWith('node_modules/') || wanted.link) continue;
    const found = installed[path];
    if (found === undefined && wanted.optional) continue;
    if (found?.version !== wanted.version || found.integrity !== wanted.integrity) return path;
    if (!existsSync(join(folder, path, 'package.json'))) return path;
  }
  return undefined;
}

/** Runs npm: the one that started us when there is one, else the one on PATH. */
function npm(args) {
  const own = process.env.npm_execpath;
  if (own !== undefined && basename(own) === 'npm-cli.js') return run(process.execPath, [own, ...args]);
  return run('npm', args, { shell: process.platform === 'win32' });
}

const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

async function installPackages() {
  if (whyInstall() === undefined) return;
  say('Installing packages ...', '正在安装依赖包……');
  // An install repairs what is there without taking it from under a running node; a clean one starts from nothing.
  const repaired = existsSync(join(root, 'node_modules')) && (await npm(['install', '--no-save', ...quiet])) === 0;
  if (repaired && whyInstall() === undefined) return;
  const code = await npm(['ci', ...quiet]);
  const why = whyInstall();
  if (code === 0 && why === undefined) return;
  say(
    `The packages could not be installed (npm ci ended with ${code}${why ? `; not as locked: ${why}` : ''}).\nCheck the connection to the npm registry and the free disk space, then run the command again.`,
    `依赖包安装失败（npm ci 退出码 ${code}${why ? `；与锁定不符：${why}` : ''}）。\n请检查与 npm 源的连接和磁盘空间，然后重新执行。`,
  );
  process.exit(1);
}

/** Fetches the runtime by itself, where `npm ci` left it out (--omit=optional, or a platform the lockfile does not serve). */
async function fetchRuntime() {
  const wanted = runtimePackage();
  if (wanted !== undefined) {
    say(`Fetching Node ${wanted.version} ...`, `正在获取 Node ${wanted.version}……`);
    mkdirSync(fallbackFolder, { recursive: true });
    writeFileSync(join(fallbackFolder, 'package.json'), '{"private":true}\n');
    const spec = `${wanted.name}@${wanted.version}`;
    await npm(['install', '--prefix', fallbackFolder, '--no-save', '--ignore-scripts', ...quiet, spec]);
  }
  return findRuntime();
}

/** Puts `node` into node_modules/.bin where npm left it out, so that `npm run` finds Node 24 first. */
function link(runtime) {
  const modules = join(root, 'node_modules');
  const path = join(modules, '.bin', 'node');
  if (process.platform === 'win32' || !runtime.startsWith(modules) || existsSync(path)) return;
  try {
    symlinkSync(relative(dirname(path), runtime), path);
  } catch (error) {
    // Another start may have made it meanwhile; a disk without symbolic links goes without a convenience.
    if (error.code !== 'EEXIST' && error.code !== 'EPERM') throw error;
  }
}

/** True when the file runs and is new enough: a binary for another C library exists, yet does not start. */
function runs(runtime) {
  try {
    const version = execFileSync(runtime, ['-p', 'process.versions.node'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number.parseInt(version, 10) >= oldestMajor;
  } catch {
    return false;
  }
}

/** Brings packages and runtime, and returns the runtime's path. Ends the process with a clear message when it cannot. */
export async function setUp() {
  const wasReady = whyInstall() === undefined && findRuntime() !== undefined;
  await installPackages();
  const runtime = findRuntime() ?? (await fetchRuntime());
  if (runtime !== undefined && (wasReady || runs(runtime))) {
    link(runtime);
    return runtime;
  }
  say(
    `Holdfast needs Node ${oldestMajor} or newer, and none could be fetched for ${process.platform} ${process.arch}.\nInstall it from your system's packages or nodejs.org, then run the command again.`,
    `Holdfast 需要 Node ${oldestMajor} 或更新版本，未能为 ${process.platform} ${process.arch} 获取到。\n请通过系统软件包或 nodejs.org 安装后重试。`,
  );
  process.exit(1);
}
