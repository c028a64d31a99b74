// `npm run console`: sets the checkout up, builds the desktop console and starts it in Electron. Electron's binary is no npm package: it is fetched the first
// time, with a limit to how long that may take. Where it cannot be had, that is said, with the address that does the same in a browser, and nothing is opened.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say } from './runtime.mjs';
import { setUp } from './setup.mjs';

/** A slow line takes a minute or two for a hundred megabytes; without one nothing comes at all. */
const fetchLimitMs = 5 * 60_000;
const silentLimitMs = 20_000;
const electron = join(root, 'node_modules', 'electron');

/** The executable, or undefined where it was not fetched yet. */
function findElectron() {
  const named = join(electron, 'path.txt');
  if (!existsSync(named)) return undefined;
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH || join(electron, 'dist');
  const path = join(folder, readFileSync(named, 'utf8'));
  return existsSync(path) ? path : undefined;
}

/** Resolves once Electron's own installer has ended, or was ended for taking too long. */
function fetchElectron(runtime) {
  return new Promise((resolve) => {
    const child = spawn(runtime, [join(electron, 'install.js')], { stdio: ['ignore', 'ignore', 'pipe'], cwd: root });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-4_000);
    });
    const limit = setTimeout(() => child.kill(), Number(process.env.HOLDFAST_ELECTRON_FETCH_MS) || fetchLimitMs);
    const silent = setTimeout(() => say('Still fetching; Ctrl-C ends it.', '仍在获取；按 Ctrl-C 可结束。'), silentLimitMs);
    const end = () => {
      clearTimeout(limit);
      clearTimeout(silent);
      resolve(/(ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|\b40[34]\b)/.exec(said)?.[1]);
    };
    child.once('error', end);
    child.once('close', end);
  });
}

const runtime = await setUp();
let executable = findElectron();
if (executable === undefined) {
  say("Fetching Electron's binary, this once ...", '首次运行，正在获取 Electron 程序……');
  const why = await fetchElectron(runtime);
  executable = findElectron();
  if (executable === undefined) {
    const reason = why === undefined ? '' : ` (${why})`;
    say(
      `Electron's binary could not be fetched${reason}, so the desktop console is not started.\nOpen the same console in a browser: npm start, then http://127.0.0.1:7700/\nWith a mirror of Electron's releases, name it in ELECTRON_MIRROR; with a folder that holds the binary, in ELECTRON_OVERRIDE_DIST_PATH. Then run this again.`,
      `未能获取 Electron 程序${reason}，桌面控制台未启动。\n可在浏览器中使用同一控制台：运行 npm start 后打开 http://127.0.0.1:7700/\n如有 Electron 发行镜像，请设置 ELECTRON_MIRROR；如已有程序目录，请设置 ELECTRON_OVERRIDE_DIST_PATH，然后重新运行。`,
    );
    process.exit(1);
  }
}
say('Building the desktop console ...', '正在构建桌面控制台……');
const built = await run(runtime, [join(root, 'scripts', 'desktop-build.ts')]);
if (built !== 0) process.exit(built);
process.exitCode = await run(executable, [join(root, 'build', 'desktop'), ...process.argv.slice(2)]);
