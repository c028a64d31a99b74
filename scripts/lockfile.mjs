// `npm run lock`: completes package-lock.json after a package was added, so that `npm ci` works everywhere with every npm.
// npm leaves platform packages out of the lock when the registry at hand does not carry them, and npm 11.19 then refuses the
// lock as out of step. And npm before 11 links a command only for the first of several packages that bring it, also when that one
// is for another machine: so only one runtime package may claim `node`.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './runtime.mjs';

const platform =
  /(darwin|linux|win32|android|freebsd|openbsd|netbsd|sunos|aix)[.-]?(arm64|x64|arm|ia32|riscv64|s390x|ppc64|loong64|mips64el)/;

/** True when a package at `at` finds `name` in the lock, by Node's own walk up the folders. */
function locked(packages, at, name) {
  for (let folder = at; ; ) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
    const end = folder.lastIndexOf('/node_modules/');
    folder = end < 0 ? '' : folder.slice(0, end);
  }
}

/** The entry npm would write for a package of one platform, less the integrity that only a registry could tell. */
function entryFor(name, version, dev) {
  const match = platform.exec(name);
  if (match === null) return undefined;
  return {
    version,
    cpu: [match[2]],
    ...(dev ? { dev: true } : {}),
    ...(name.includes('musl') ? { libc: ['musl'] } : {}),
    optional: true,
    os: [match[1]],
  };
}

/**
 * What is wrong with a lock, and how it looks when it is right.
 * @returns the completed lock and one line for each thing that was amiss; no line means that it was complete
 */
export function completed(lock) {
  const packages = structuredClone(lock.packages);
  const findings = [];
  for (const [at, entry] of Object.entries(lock.packages)) {
    if (entry.resolved !== undefined && !entry.link) {
      findings.push(`${at} names where it came from (${entry.resolved})`);
      delete packages[at].resolved;
    }
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (locked(packages, at, name)) continue;
      const added = entryFor(name, version, entry.dev);
      findings.push(added === undefined ? `${name} is missing, and its name does not tell its platform` : `${name} is missing`);
      if (added !== undefined) packages[`node_modules/${name}`] = added;
    }
  }
  for (const [at, entry] of Object.entries(packages)) {
    if (!/^node_modules\/node-(?!linux-x64$)\w+-\w+$/.test(at) || entry.bin === undefined) continue;
    findings.push(`${at} claims the command "node"`);
    delete entry.bin;
  }
  const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { lock: { ...lock, packages: sorted }, findings };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const path = join(root, 'package-lock.json');
  const { lock, findings } = completed(JSON.parse(readFileSync(path, 'utf8')));
  if (findings.length > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  for (const finding of findings) console.log(`put right: ${finding}`);
  console.log('package-lock.json is complete.');
}
