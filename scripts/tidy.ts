// The tidy check: what must hold over the whole checkout, file by file (tidy-rules.ts) and between files: the lists of
// dependencies and errors in docs/, the locks of packages and migrations.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../appliance/core/errors.ts';
import { features } from '../appliance/decide/features/features.ts';
import { errorDocs, errorDocsPath } from './error-docs.ts';
import { featureDocs, featureDocsPath } from './feature-docs.ts';
import { projectRoot, sourceFiles } from './files.ts';
import { completed } from './lockfile.mjs';
import { collectMigrations, compareLock, lockPath, readLock } from './migrations.ts';
import { type Finding, inspect } from './tidy-rules.ts';

const readable = /\.(ts|tsx|mjs|cjs|js|json|md|sh|yml|yaml|html|css)$|(^|\/)\.[\w-]+rc$|^\.ci\//;
const lockfilePath = 'package-lock.json';

const read = (folder: string, path: string): string | undefined => {
  try {
    return readFileSync(join(folder, path), 'utf8');
  } catch {
    return undefined;
  }
};

/** Each dependency has its reason in docs/dependencies.md, and no reason is left behind. */
export function compareDependencies(manifest: string, page: string): string[] {
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(manifest) as {
    [kind: string]: { [name: string]: string };
  };
  const wanted = { ...dependencies, ...optionalDependencies, ...devDependencies };
  const lines = page.split('\n').filter((line) => line.startsWith('- '));
  // A line may name several packages before its colon: "- `a`, `b`: why".
  const listed = new Set(
    lines.flatMap((line) => [...(line.split(':', 1)[0] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')),
  );
  return [
    ...Object.keys(wanted)
      .filter((name) => !listed.has(name))
      .map((name) => `${name} has no line that says why`),
    ...[...listed].filter((name) => wanted[name] === undefined).map((name) => `${name} is not a dependency any more`),
    ...Object.entries(wanted)
      .filter(([, version]) => !/^(\d+\.\d+\.\d+(-[\w.]+)?|file:.+)$/.test(version))
      .map(([name, version]) => `${name} is not pinned exactly (${version})`),
  ];
}

/** Everything untidy in a checkout. */
export async function tidy(folder: string): Promise<{ findings: Finding[]; fileCount: number }> {
  const paths = sourceFiles(folder).filter((path) => readable.test(path) && path !== lockfilePath);
  const findings = paths.flatMap((path) => inspect(path, read(folder, path) ?? ''));
  const add = (path: string, rule: string, messages: readonly string[]) =>
    findings.push(...messages.map((message) => ({ path, line: 1, rule, message })));

  add(
    'docs/dependencies.md',
    'dependencies',
    compareDependencies(read(folder, 'package.json') ?? '{}', read(folder, 'docs/dependencies.md') ?? ''),
  );
  const { findings: amiss } = completed(JSON.parse(read(folder, lockfilePath) ?? '{"packages":{}}'));
  add(
    lockfilePath,
    'lockfile',
    amiss.map((line) => `${line}: run npm run lock`),
  );
  if (read(folder, errorDocsPath) !== errorDocs(catalogue))
    add(errorDocsPath, 'error-docs', ['differs from the catalogue: run npm run docs:errors']);
  if (read(folder, featureDocsPath) !== featureDocs(features))
    add(featureDocsPath, 'feature-docs', ['differs from the catalogue: run npm run docs:features']);

  const { changed, gone, unlocked, twice } = compareLock(readLock(folder), await collectMigrations(folder));
  add(lockPath, 'migrations', [
    ...changed.map((version) => `migration ${version} changed after it was locked: write a new one instead`),
    ...gone.map((version) => `migration ${version} was locked and is gone`),
    ...unlocked.map((version) => `migration ${version} is not locked: run npm run migrations:lock`),
    ...twice.map((version) => `migration ${version} is given twice`),
  ]);
  return { findings, fileCount: paths.length };
}

if (import.meta.main) {
  const { findings, fileCount } = await tidy(projectRoot);
  for (const { path, line, rule, message, warning } of findings)
    console.log(`${path}:${line} ${warning ? 'warning' : 'error'} ${rule}: ${message}`);
  const errorCount = findings.filter(({ warning }) => !warning).length;
  console.log(`${fileCount} files, ${errorCount} errors, ${findings.length - errorCount} warnings`);
  process.exitCode = errorCount > 0 || fileCount === 0 ? 1 : 0;
}
