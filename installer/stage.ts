// The tree of an installed node for one architecture: everything that a package lays onto a machine, from the sources, the packages of npm, the built
// console and the documentation. The Debian package, the bundle and the container are made from this one tree.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { projectRoot, testPatterns } from '../scripts/files.ts';
import { contentsOf, type Work } from './contents.ts';
import { belongs } from './leave-out.ts';
import { thirdParty } from './licences.ts';
import { bashCompletion, manualPage, readCommands } from './manual.ts';
import { type NpmPackage, productionPackages, runtimeName } from './modules.ts';
import { type Architecture, projectFiles, type Release } from './release.ts';
import { billOfMaterials } from './sbom.ts';
import { bytesOf, file, filesUnder, type Tree, text } from './tree.ts';

export const home = 'usr/lib/holdfast';
const documents = 'usr/share/doc/holdfast';

/** For whoever watches the node from outside. */
const monitoring = ['alerts.yaml', 'alerts.test.yaml', 'scrape.yaml', 'dashboard.json'];

export type Staged = { tree: Tree; works: Work[]; architecture: Architecture; release: Release; sbom: string; licences: string };

export async function stage(release: Release, architecture: Architecture): Promise<Staged> {
  const packages = productionPackages(architecture);
  const works = contentsOf(packages, architecture);
  const sbom = billOfMaterials(works, release, architecture);
  const licences = thirdParty(works, 'Holdfast');
  const tree: Tree = new Map([
    ...sources(),
    ...modules(packages, architecture),
    ...pages(),
    ...system(),
    ...(await manual(release)),
  ]);
  for (const path of projectFiles())
    if (/^docs\/.*\.(md|png|webp|svg)$/.test(path))
      tree.set(`${documents}/guide/${path.slice('docs/'.length)}`, file(join(projectRoot, path)));
  for (const name of monitoring) tree.set(`${documents}/monitoring/${name}`, file(join(import.meta.dirname, 'monitoring', name)));
  tree.set(`${home}/package.json`, text(manifest(release)));
  tree.set(`${documents}/THIRD-PARTY.txt`, text(licences));
  tree.set(`${documents}/sbom.cdx.json`, text(sbom));
  return { tree, works, architecture, release, sbom, licences };
}

/** Of the project's manifest, what the node reads at run time. */
function manifest({ commit }: Release): string {
  const { name, type, license, version } = JSON.parse(
    Buffer.from(bytesOf(file(join(projectRoot, 'package.json')))).toString('utf8'),
  );
  return `${JSON.stringify({ name, version, commit, private: true, type, license }, null, 2)}\n`;
}

const notInField = [
  ...testPatterns,
  '/simulation/',
  '^appliance/acceptance/',
  '/fixtures/',
  '/kernel/(?!layout)[^/]+\\.ts$',
  '\\.md$',
  '\\.py$',
].map((pattern) => new RegExp(pattern));

function* sources(): Generator<[string, Tree extends Map<string, infer V> ? V : never]> {
  for (const path of projectFiles())
    if (/^(appliance|crypto|federation)\//.test(path) && !notInField.some((pattern) => pattern.test(path)))
      yield [`${home}/${path}`, file(join(projectRoot, path))];
}

function* modules(packages: readonly NpmPackage[], architecture: Architecture): ReturnType<typeof sources> {
  const paths = packages.map(({ path }) => path);
  for (const { name, path, folder } of packages) {
    for (const within of filesUnder(folder)) {
      // Packages inside packages come by their own place in the lock.
      if (/(^|\/)node_modules\//.test(within) || !statSync(join(folder, within)).isFile()) continue;
      if (!belongs(name, within, architecture)) continue;
      const from = join(folder, within);
      if (name === runtimeName(architecture)) {
        if (within === 'bin/node') yield [`${home}/bin/node`, file(from, 0o755)];
      } else yield [`${home}/${path}/${within}`, file(from)];
    }
  }
  if (paths.length === 0) throw new Error('package-lock.json names no package');
}

function* pages(): ReturnType<typeof sources> {
  const dist = join(projectRoot, 'admin-console', 'dist');
  for (const path of filesUnder(dist))
    if (path === 'index.html' || path.startsWith('assets/')) yield [`${home}/admin-console/dist/${path}`, file(join(dist, path))];
}

function* system(): ReturnType<typeof sources> {
  const from = (name: string) => join(import.meta.dirname, 'system', name);
  yield ['usr/bin/holdfast', file(from('holdfast.sh'), 0o755)];
  yield ['usr/lib/systemd/system/holdfast.service', file(from('holdfast.service'))];
  yield ['usr/lib/systemd/system/holdfast.socket', file(from('holdfast.socket'))];
  yield ['usr/lib/sysusers.d/holdfast.conf', file(from('sysusers.conf'))];
  yield ['usr/lib/tmpfiles.d/holdfast.conf', file(from('tmpfiles.conf'))];
  yield ['etc/holdfast/holdfast.json', file(from('holdfast.json'), 0o640)];
}

async function manual({ version, epochS }: Release): Promise<[string, ReturnType<typeof text>][]> {
  const all = await readCommands();
  const day = new Date(epochS * 1000).toISOString().slice(0, 10);
  return [
    ['usr/share/man/man1/holdfast.1.gz', text(packed(manualPage(all, version, day)))],
    ['usr/share/bash-completion/completions/holdfast', text(bashCompletion(all))],
  ];
}

/** gzip without a name or a time in it. */
export const packed = (content: string): Uint8Array => gzipSync(content, { level: 9 });
