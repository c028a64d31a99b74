// One build of the packages for all tests that install or look at them, kept beside the builds under a name made of everything that goes into it: a build
// takes half a minute, and two of the same sources give the same bytes, which package.test.ts proves.

import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../scripts/files.ts';
import { buildConsole, makePackages } from './package.ts';
import { projectFiles, readRelease } from './release.ts';
import { filesUnder } from './tree.ts';

const kept = join(projectRoot, 'build', 'package', 'tests');
const lock = join(kept, 'lock');
/** Of both kinds. Fast ones: what is packed is the same. */
export const testLevel = 1;

/** @returns paths of the x64 packages and their bill of materials, in the order of makePackages() */
export async function builtOnce(): Promise<string[]> {
  buildConsole();
  const folder = join(kept, fingerprint());
  mkdirSync(kept, { recursive: true });
  while (!existsSync(folder)) {
    if (!tookLock()) {
      await sleep(200);
      continue;
    }
    try {
      if (!existsSync(folder)) await build(folder);
    } finally {
      rmSync(lock, { force: true });
    }
  }
  return (JSON.parse(readFileSync(join(folder, 'made.json'), 'utf8')) as string[]).map((name) => join(folder, name));
}

async function build(folder: string): Promise<void> {
  for (const name of readdirSync(kept)) {
    const [, maker] = /^draft-(\d+)/.exec(name) ?? [];
    if (join(kept, name) !== lock && !(maker && isRunning(Number(maker))))
      rmSync(join(kept, name), { recursive: true, force: true });
  }
  const draft = mkdtempSync(join(kept, `draft-${process.pid}-`));
  const work = join(draft, 'work');
  const made = await makePackages({ architectures: ['x64'], level: testLevel, out: draft, work });
  rmSync(work, { recursive: true, force: true });
  writeFileSync(join(draft, 'made.json'), JSON.stringify(made.map((path) => basename(path))));
  renameSync(draft, folder);
}

/** The sources, what they lock, the built console, and what is said of the commit. */
function fingerprint(): string {
  const hash = createHash('sha256').update(JSON.stringify(readRelease()));
  const add = (path: string) => hash.update(`\n${path}\n`).update(readFileSync(join(projectRoot, path)));
  for (const path of projectFiles()) add(path);
  const dist = join('admin-console', 'dist');
  for (const path of filesUnder(join(projectRoot, dist))) add(join(dist, path));
  return hash.digest('hex');
}

/** One test at a time builds. A lock whose owner is gone is nobody's. */
function tookLock(): boolean {
  const own = join(kept, `draft-${process.pid}.lock`);
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  try {
    if (!isRunning(Number(readFileSync(lock, 'utf8')))) rmSync(lock, { force: true });
  } catch (error) {
    // Let go of meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return false;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
