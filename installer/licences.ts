// The licences of all that is in a package, with their texts. A package whose licence is missing, not understood or not on the list below stops
// the build: somebody has to look at it first.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import parse from 'spdx-expression-parse';

/** Licences that let us pass their works on in a program that is not free, as long as their texts come along. */
const accepted = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'blessing',
  'Zlib',
]);

/** Packages that name a licence and carry no text: whose work it is, from their own manifest or repository. */
const withoutText: { readonly [name: string]: string } = {
  '@cedar-policy/cedar-wasm': 'Copyright Cedar Contributors',
  '@napi-rs/nice-linux-x64-gnu': 'Copyright (c) 2020 N-API for Rust',
  '@napi-rs/nice-linux-arm64-gnu': 'Copyright (c) 2020 N-API for Rust',
  '@ant-design/icons-svg': 'Copyright (c) 2018-present Ant UED',
  'is-mobile': 'Copyright (c) 2013 Julian Gruber',
  wouter: 'By Alexey Taktarov, into the public domain',
  'abstract-logging': 'Copyright (c) James Sumners',
  'onnxruntime-common': 'Copyright (c) Microsoft Corporation',
  'onnxruntime-node': 'Copyright (c) Microsoft Corporation',
  'pg-types': 'Copyright (c) 2014 Brian M. Carlson',
  pgpass: 'Copyright (c) 2013-2016 Hannes Hörl',
};

/** Works that packages carry compiled in, without files of their own. */
export const within: readonly { name: string; inside: string; licence: string; supplier: string }[] = [
  {
    name: 'sqlite',
    inside: 'better-sqlite3',
    licence: 'blessing',
    supplier: 'D. Richard Hipp and others; dedicated to the public domain',
  },
  { name: 'libsodium', inside: 'sodium-native', licence: 'ISC', supplier: 'Copyright (c) 2013-2025 Frank Denis' },
  { name: 'microsoft-seal', inside: 'node-seal', licence: 'MIT', supplier: 'Copyright (c) Microsoft Corporation' },
];

export type Licensed = { name: string; version: string; licence: string; text: string };

type Node = { license: string } | { left: Node; conjunction: 'and' | 'or'; right: Node };

/** Whether an SPDX expression can be met by licences on the list. @throws {Error} when it is not one */
export function isAccepted(expression: string): boolean {
  const met = (node: Node): boolean => {
    if ('license' in node) return accepted.has(node.license);
    return node.conjunction === 'and' ? met(node.left) && met(node.right) : met(node.left) || met(node.right);
  };
  return met(parse(expression) as Node);
}

const textFile = /^(licen[cs]e|copying|copyright|unlicense)/i;
const noticeFile = /^(notice|third[-_]party)/i;

/** @throws {Error} naming the package and what is missing */
export function licenceOf(name: string, version: string, folder: string): Licensed {
  const { license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { license?: unknown };
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const texts = [...names.filter((file) => textFile.test(file)), ...names.filter((file) => noticeFile.test(file))].flatMap(
    (file) => read(join(folder, file)),
  );
  return judged({ name, version, licence: typeof license === 'string' ? license : '', text: texts.join('\n\n') });
}

function read(path: string): string[] {
  try {
    return [readFileSync(path, 'utf8').trim()];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error;
    return readdirSync(path)
      .sort()
      .flatMap((name) => read(join(path, name)));
  }
}

/** The same checks for what comes from elsewhere than a folder. @throws {Error} */
export function judged(found: Licensed): Licensed {
  const who = `${found.name} ${found.version}`;
  let fine: boolean;
  try {
    fine = isAccepted(found.licence);
  } catch {
    throw new Error(`${who} names no licence that is known: "${found.licence}"`);
  }
  if (!fine) throw new Error(`${who} is under ${found.licence}, which is not on the list in installer/licences.ts`);
  if (found.text.trim() !== '') return found;
  const holder = withoutText[found.name];
  if (holder === undefined)
    throw new Error(`${who} carries no text of its licence (${found.licence}), and nobody looked it up in installer/licences.ts`);
  return { ...found, text: standardText(found.licence, holder) };
}

/** The text of a licence as its makers publish it, for packages that only name it. @throws {Error} */
export function standardText(licence: string, holder: string): string {
  const path = join(import.meta.dirname, 'licences', `${licence}.txt`);
  if (!existsSync(path)) throw new Error(`the text of ${licence} is missing: ${path}`);
  return `${holder}\n\n${readFileSync(path, 'utf8').trim()}`;
}

/** One file with every text; those that are word for word the same stand once, under all who share them. */
export function thirdParty(all: readonly Licensed[], product: string): string {
  const byText = new Map<string, Licensed[]>();
  for (const each of [...all].sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1))) {
    const key = `${each.licence}\n${each.text}`;
    byText.set(key, [...(byText.get(key) ?? []), each]);
  }
  const parts = [...byText.values()].map((sharing) => {
    const heads = [...new Set(sharing.map(({ name, version, licence }) => `${name} ${version} (${licence})`))];
    return `${'='.repeat(100)}\n${heads.join('\n')}\n${'-'.repeat(100)}\n${sharing[0]!.text.replace(/\r\n/g, '\n').trim()}\n`;
  });
  return `${product} contains the works of others, listed here with the licences under which they are passed on.\n\n${parts.join('\n')}`;
}
