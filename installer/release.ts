// What is being packaged: the version, the commit and its time. Everything that a package says of time comes from the commit, so that the same
// commit gives the same bytes on every machine.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../scripts/files.ts';

export type Architecture = 'x64' | 'arm64';
export const architectures: readonly Architecture[] = ['x64', 'arm64'];
/** As Debian and as the uname of a machine call them. */
export const debianName: { readonly [name in Architecture]: string } = { x64: 'amd64', arm64: 'arm64' };

export type Release = {
  /** `0.1.0` at the tag v0.1.0, else a version that sorts before it: `0.1.0~20261127.070751.92146e1`. */
  version: string;
  commit: string;
  /** Seconds since 1970, of the commit (reproducible-builds.org, SOURCE_DATE_EPOCH). */
  epochS: number;
  /** True when files differ from the commit, so that nobody takes what comes of it for a release. */
  dirty: boolean;
};

const git = (...args: string[]) => execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8' }).trim();

/** @throws {Error} outside a clone */
export function readRelease(): Release {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
  const commit = git('rev-parse', 'HEAD');
  const epochS = Number(process.env.SOURCE_DATE_EPOCH || git('log', '-1', '--format=%ct'));
  const dirty = git('status', '--porcelain', '--untracked-files=all') !== '';
  const tagged = !dirty && git('tag', '--points-at', 'HEAD').split('\n').includes(`v${version}`);
  return {
    version: tagged ? version : `${version}~${stamp(epochS)}.${commit.slice(0, 7)}${dirty ? '.dirty' : ''}`,
    commit,
    epochS,
    dirty,
  };
}

/** `20261127.070751`, which sorts as time does. */
function stamp(epochS: number): string {
  return new Date(epochS * 1000).toISOString().replace(/[-:]/g, '').replace('T', '.').slice(0, 15);
}

/** The project's own files in the order of their names: those that git knows, and new ones that it does not ignore. */
export function projectFiles(): string[] {
  const listed = git('ls-files', '--cached', '--others', '--exclude-standard', '-z').split('\0').filter(Boolean);
  const gone = new Set(git('ls-files', '--deleted', '-z').split('\0'));
  return listed.filter((path) => !gone.has(path)).sort();
}
