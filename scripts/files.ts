// The project's own files, for the checks that read them all.

import { readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

export const projectRoot = dirname(import.meta.dirname);

/** Files that only tests and benches run, as patterns over their paths: tests, benches, contract suites, helpers, slow twins. */
export const testPatterns: readonly string[] = [
  '\\.test\\.tsx?$',
  '\\.bench\\.ts$',
  '(^|/)bench/',
  '/(testing|contract)(\\.ts$|/)',
  '/(test|testing|contract)-[^/]+\\.ts$',
  '\\.child\\.ts$',
  '^appliance/record/events/clients/',
  '^crypto/(vectors|reference)/',
];

/** Folders that hold nothing anyone wrote here, by name wherever they stand. */
const foreign = new Set(['node_modules', '.git', '.holdfast', 'coverage', 'build', 'dist', 'tmp']);

/** Paths of all files under a folder, relative to it, with `/` between the parts, in order. */
export function sourceFiles(folder: string): string[] {
  const found: string[] = [];
  const walk = (at: string) => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (foreign.has(entry.name)) continue;
      const path = join(at, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) found.push(relative(folder, path).split(sep).join('/'));
    }
  };
  walk(folder);
  return found.sort();
}
