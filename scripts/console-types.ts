// `npm run console:types`: the types that the console asks the node by, out of the document that a node writes about itself. Answers that say no
// all look alike and are left out, and so is what only programs call. Without --write it says whether the file is what the document gives.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { systemPorts } from '../appliance/core/ports.ts';
import { initFolder, serve } from '../appliance/lifecycle.ts';

export const typesFile = join(import.meta.dirname, '..', 'admin-console', 'renderer', 'api', 'schema.d.ts');

type Json = { [key: string]: unknown };
type Operation = Json & { responses: { [status: string]: unknown } };
export type Document = { paths: { [path: string]: { [method: string]: Operation } } };

const forPeople = (path: string) => /^\/(api|health)\//.test(path) && !/^\/api\/(s|public)\//.test(path);

/** Without examples and refusals: a tenth of the lines. */
export function consoleDocument({ paths, ...rest }: Document): Document {
  const kept = Object.entries(paths).filter(([path]) => forPeople(path));
  const lean = kept.map(([path, methods]) => {
    const operations = Object.entries(methods).map(([method, operation]) => {
      const responses = Object.fromEntries(Object.entries(operation.responses).filter(([status]) => status.startsWith('2')));
      return [method, withoutExamples({ ...operation, responses })];
    });
    return [path, Object.fromEntries(operations)];
  });
  return { ...rest, paths: Object.fromEntries(lean) };
}

function withoutExamples(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutExamples);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => name !== 'example' && name !== 'examples');
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutExamples(inner)]));
}

export async function typesOf(document: Document): Promise<string> {
  const heading = '// Made by "npm run console:types" from the document that the node writes about itself. Not by hand.\n\n';
  return heading + astToString(await openapiTS(consoleDocument(document) as never));
}

export async function documentOfNode(): Promise<Document> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-types-'));
  const secret = { passphrase: 'only for the document' };
  try {
    await initFolder(folder, secret, systemPorts);
    const node = await serve({ folder, ports: systemPorts, secret, config: { port: 0 } });
    try {
      return (await (await fetch(`${node.url}/openapi.json`)).json()) as Document;
    } finally {
      await node.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const types = await typesOf(await documentOfNode());
  if (process.argv.includes('--write')) {
    writeFileSync(typesFile, types);
    console.log(`${types.split('\n').length} lines`);
  } else if (readFileSync(typesFile, 'utf8') !== types) {
    console.error('The types of the console are not those of the API. Run: npm run console:types');
    process.exitCode = 1;
  }
}
