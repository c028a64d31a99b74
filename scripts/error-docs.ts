// docs/errors.md, written from the catalogue of errors: what each code means and what to do, in both languages. `--write`
// writes it; the tidy check compares.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue, type FaultEntry } from '../appliance/core/errors.ts';
import { protocolWords } from '../federation/protocol/words.ts';
import { projectRoot } from './files.ts';

export const errorDocsPath = 'docs/errors.md';

const cell = (text: string) => text.replaceAll('|', '\\|');

/** The page as Markdown, one row for each code, in the order of the catalogues: the node's, and the federation protocol's. */
export function errorDocs(entries: Readonly<Record<string, FaultEntry>>): string {
  const protocol = Object.entries(protocolWords).map(
    ([code, { message, next }]) =>
      `| \`${code}\` | ${cell(message.en)}<br>${cell(message.zh)} | ${cell(next.en)}<br>${cell(next.zh)} |`,
  );
  const rows = Object.entries(entries).map(
    ([code, { status, message, next }]) =>
      `| \`${code}\` | ${status} | ${cell(message.en)}<br>${cell(message.zh)} | ${cell(next.en)}<br>${cell(next.zh)} |`,
  );
  return [
    '# Errors · 错误',
    '',
    'Every operating fault has one of these codes, in the answers of the API as on the command line. This page is written by',
    '`npm run docs:errors` from `appliance/core/errors.ts`; change it there.',
    '',
    '| code | status | what it says · 含义 | what to do · 处理方法 |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '## Between members of a federation · 联盟成员之间',
    '',
    'Codes of the protocol (`federation/protocol/words.ts`): they cross from one organisation to the other, stand in transcripts, and begin the',
    '`where` of `federation_refused`.',
    '',
    '| code | what it says · 含义 | what to do · 处理方法 |',
    '| --- | --- | --- |',
    ...protocol,
    '',
  ].join('\n');
}

if (import.meta.main && process.argv.includes('--write')) {
  writeFileSync(join(projectRoot, errorDocsPath), errorDocs(catalogue));
  console.log(`${errorDocsPath}: ${Object.keys(catalogue).length} codes`);
}
