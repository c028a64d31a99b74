// Scripts that run on machines, with the part that several of them share written into each: a script of a package must stand on its own.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param path within this folder @param values by their name between two @ */
export function withMachine(path: string, values: { readonly [name: string]: string } = {}): string {
  const shared = readFileSync(join(import.meta.dirname, 'system', 'machine.sh'), 'utf8');
  let script = readFileSync(join(import.meta.dirname, path), 'utf8').replace('#MACHINE#\n', () => shared);
  for (const [name, value] of Object.entries(values)) script = script.replaceAll(`@${name}@`, value);
  return script;
}
