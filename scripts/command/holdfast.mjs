#!/usr/bin/env node
// The `holdfast` command of a checkout, linked by npm into node_modules/.bin. It is JavaScript, because an old Node cannot read the TypeScript of
// appliance/main.ts: under an old Node it hands over to the runtime that came with the packages.

import { join } from 'node:path';
import { findRuntime, oldestMajor, root, run, say } from '../runtime.mjs';

const main = join(root, 'appliance', 'main.ts');
const runtime = findRuntime();

if (Number.parseInt(process.versions.node, 10) >= oldestMajor) {
  const { runProcess } = await import('../../appliance/main.ts');
  await runProcess();
} else if (runtime !== undefined) {
  process.exitCode = await run(runtime, [main, ...process.argv.slice(2)], { cwd: process.cwd() });
} else {
  say(
    `Holdfast needs Node ${oldestMajor}; this is ${process.versions.node}. Run "npm ci --include=optional" in ${root} to fetch it.`,
    `Holdfast 需要 Node ${oldestMajor}，当前为 ${process.versions.node}。请在 ${root} 执行 "npm ci --include=optional" 获取。`,
  );
  process.exitCode = 1;
}
