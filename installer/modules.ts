// Which npm packages a node in the field needs on one architecture, and where they lie: walked from package.json through package-lock.json, as
// Node would find them. What this machine has not installed because it is for another one is fetched in the locked version, and its hash compared.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../scripts/files.ts';
import type { Architecture } from './release.ts';

type Entry = {
  version: string;
  integrity?: string;
  license?: string;
  dependencies?: { [name: string]: string };
  optionalDependencies?: { [name: string]: string };
  peerDependencies?: { [name: string]: string };
  os?: string | string[];
  cpu?: string | string[];
  libc?: string | string[];
};

/** `path` is where Node looks for it (`node_modules/ajv`), `folder` where it lies now. */
export type NpmPackage = { name: string; version: string; path: string; folder: string; integrity?: string; needs: string[] };

export const runtimeName = (architecture: Architecture) => `node-linux-${architecture}`;

/** Packages that others name and only their install or build scripts use; none of these runs here. */
const neverRun: { readonly [name: string]: readonly string[] } = {
  'onnxruntime-node': ['adm-zip', 'global-agent'],
  'better-sqlite3': ['node-addon-api'],
  // For another kind of runtime than Node.
  pg: ['pg-cloudflare'],
};

const fetched = join(projectRoot, 'build', 'package', 'fetched');

/** @throws {Error} when the lock lacks something, or a fetched package is not what the lock says */
export function productionPackages(architecture: Architecture): NpmPackage[] {
  const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    packages: { [path: string]: Entry };
  };
  const found = new Map<string, NpmPackage>();
  const take = (path: string) => {
    if (found.has(path)) return;
    const entry = lock.packages[path]!;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const made: NpmPackage = { name, version: entry.version, path, folder: folderOf(name, path, entry), needs: [] };
    if (entry.integrity !== undefined) made.integrity = entry.integrity;
    found.set(path, made);
    const optional = Object.keys(entry.optionalDependencies ?? {});
    for (const wanted of [...Object.keys(entry.dependencies ?? {}), ...optional]) {
      if (neverRun[name]?.includes(wanted)) continue;
      const at = locate(lock.packages, path, wanted);
      if (at === undefined) {
        if (optional.includes(wanted)) continue;
        throw new Error(`package-lock.json has no ${wanted}, which ${path} needs`);
      }
      if (!runsOn(lock.packages[at]!, architecture)) continue;
      made.needs.push(at);
      take(at);
    }
  };
  const root = lock.packages['']!;
  for (const name of Object.keys(root.dependencies ?? {})) take(`node_modules/${name}`);
  take(`node_modules/${runtimeName(architecture)}`);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Node's walk up the folders. */
function locate(packages: { [path: string]: Entry }, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (at === '') return undefined;
    if (!at.includes('/node_modules/')) at = '/node_modules/';
  }
}

function runsOn({ os, cpu, libc }: Entry, architecture: Architecture): boolean {
  const fits = (wanted: string | string[] | undefined, have: string) => wanted === undefined || [wanted].flat().includes(have);
  return fits(os, 'linux') && fits(cpu, architecture) && fits(libc, 'glibc');
}

function folderOf(name: string, path: string, { version, integrity }: Entry): string {
  const here = join(projectRoot, path);
  const manifest = join(here, 'package.json');
  if (existsSync(manifest)) {
    const installed = (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
    if (installed !== version) throw new Error(`${path} is ${installed}, and the lock says ${version}: run npm ci`);
    return here;
  }
  return fetchPackage(name, version, integrity);
}

/** npm packs it as published, from its cache where it can. Unpacked once for each hash. */
export function fetchPackage(name: string, version: string, integrity: string | undefined): string {
  if (integrity === undefined) throw new Error(`package-lock.json has no hash for ${name} ${version}, so it cannot be fetched`);
  const folder = join(
    fetched,
    `${name.replace('/', '-')}-${version}-${createHash('sha256').update(integrity).digest('hex').slice(0, 12)}`,
  );
  if (existsSync(folder)) return folder;
  mkdirSync(fetched, { recursive: true });
  const draft = mkdtempSync(join(fetched, '.draft-'));
  try {
    const args = ['pack', '--silent', '--prefer-offline', '--pack-destination', draft, `${name}@${version}`];
    const archive = join(draft, execFileSync('npm', args, { cwd: projectRoot, encoding: 'utf8' }).trim().split('\n').at(-1)!);
    const hash = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (hash !== integrity) throw new Error(`${name} ${version} is not what package-lock.json says: ${hash}`);
    execFileSync('tar', ['-xzf', archive, '-C', draft, '--no-same-owner']);
    try {
      renameSync(join(draft, 'package'), folder);
    } catch (error) {
      // Another build was first.
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}
