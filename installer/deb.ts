// The Debian package out of a staged tree: control files, the scripts, and dpkg-deb, which is told the commit's time.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianName, type Release } from './release.ts';
import { withMachine } from './scripts-of.ts';
import { packed, type Staged } from './stage.ts';
import { bytesOf, file, inOrder, settle, type Tree, text, write } from './tree.ts';

const documents = 'usr/share/doc/holdfast';
const maintainer = 'Holdfast <support@holdfast.invalid>';

/** @param level of xz @returns the file that was made */
export function makeDeb({ tree, release, architecture }: Staged, into: string, work: string, level: number): string {
  const full: Tree = new Map(tree);
  full.set(`${documents}/copyright`, text(copyright));
  full.set(`${documents}/changelog.gz`, text(packed(changelog(release))));
  full.set('usr/share/lintian/overrides/holdfast', file(join(import.meta.dirname, 'debian', 'lintian-overrides')));
  write(full, work, release.epochS);
  const folder = join(work, 'DEBIAN');
  mkdirSync(folder, { mode: 0o755 });
  const put = (name: string, content: string | Uint8Array, mode = 0o644) => writeFileSync(join(folder, name), content, { mode });
  put('control', control(release, debianName[architecture], full));
  put('conffiles', '/etc/holdfast/holdfast.json\n');
  put('md5sums', checksums(full));
  put('templates', readFileSync(join(import.meta.dirname, 'debian', 'templates')));
  for (const name of ['config', 'postinst', 'prerm', 'postrm']) put(name, withMachine(join('debian', name)), 0o755);
  settle(work, release.epochS);
  const name = join(into, `holdfast_${release.version}_${debianName[architecture]}.deb`);
  mkdirSync(into, { recursive: true });
  rmSync(name, { force: true });
  execFileSync('dpkg-deb', ['--root-owner-group', '--uniform-compression', '-Zxz', `-z${level}`, '--build', work, name], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(release.epochS), DPKG_DEB_THREADS_MAX: '1', LC_ALL: 'C' },
  });
  rmSync(work, { recursive: true, force: true });
  return name;
}

function control({ version }: Release, architecture: string, tree: Tree): string {
  const bytes = inOrder(tree).reduce((sum, [, item]) => sum + Math.max(4096, bytesOf(item).length), 0);
  return `Package: holdfast
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${Math.ceil(bytes / 1024)}
Pre-Depends: libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 8)
Depends: debconf (>= 0.5) | debconf-2.0, init-system-helpers (>= 1.54~), passwd
Recommends: systemd
Section: database
Priority: optional
Homepage: https://holdfast.invalid/
Description: customer platform that keeps its records sealed
 One node that an organisation installs in its own building. It collects what
 customers do on every channel, knows who each of them is, and lets compliance
 see every use of it. Records never lie on the disk in the clear.
 .
 The package brings its own runtime and everything else that it runs on.
`;
}

function checksums(tree: Tree): string {
  return inOrder(tree)
    .filter(([path]) => !path.startsWith('etc/'))
    .map(([path, item]) => `${createHash('md5').update(bytesOf(item)).digest('hex')}  ${path}\n`)
    .join('');
}

function changelog({ version, commit, epochS }: Release): string {
  const when = new Date(epochS * 1000).toUTCString().replace('GMT', '+0000');
  return `holdfast (${version}) stable; urgency=medium\n\n  * Built from commit ${commit}.\n\n -- ${maintainer}  ${when}\n`;
}

const copyright = `Holdfast is not free software: whoever runs it has a licence from its makers, which is not repeated here.
Copyright 2026 the makers of Holdfast.

It contains the works of others. They are listed, with their licences in full, in THIRD-PARTY.txt in this folder.
`;
