// The bundle for other distributions and for places without a network: the staged tree, the hashes of its files, and a script that installs it.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../scripts/files.ts';
import { type Architecture, projectFiles } from './release.ts';
import { withMachine } from './scripts-of.ts';
import type { Staged } from './stage.ts';
import { bytesOf, file, inOrder, type Tree, text, write } from './tree.ts';

const uname: { readonly [name in Architecture]: string } = { x64: 'x86_64', arm64: 'aarch64' };

/** @param level of zstd @returns the file that was made */
export function makeBundle({ tree, release, architecture }: Staged, into: string, work: string, level: number): string {
  const name = `holdfast-${release.version}-linux-${architecture}`;
  const full: Tree = new Map([...tree].map(([path, item]) => [`root/${path}`, item]));
  for (const path of projectFiles())
    if (/^installer\/(container|helm)\//.test(path)) full.set(path.slice('installer/'.length), file(join(projectRoot, path)));
  const values = { UNAME: uname[architecture] };
  full.set('install.sh', text(withMachine(join('bundle', 'install.sh'), values), 0o755));
  full.set('uninstall.sh', text(withMachine(join('bundle', 'uninstall.sh'), values), 0o755));
  const sums = inOrder(full).map(([path, item]) => `${createHash('sha256').update(bytesOf(item)).digest('hex')}  ${path}\n`);
  full.set('FILES.sha256', text(sums.join('')));
  write(full, join(work, name), release.epochS);
  mkdirSync(into, { recursive: true });
  const archive = join(into, `${name}.tar.zst`);
  rmSync(archive, { force: true });
  const owners = [
    '--owner=root:0',
    '--group=root:0',
    '--numeric-owner',
    `--mtime=@${release.epochS}`,
    '--sort=name',
    '--format=gnu',
  ];
  execFileSync('tar', [...owners, `--use-compress-program=zstd -q -T1 -${level} --long=27`, '-cf', archive, '-C', work, name], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  rmSync(work, { recursive: true, force: true });
  return archive;
}
