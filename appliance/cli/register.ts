// `holdfast register`: the register of processing (GDPR article 30) as a document.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { pageOf, type Register, registerText, type Versioned } from '../oversee/subjects/subjects.ts';
import { withNode } from './connect.ts';
import type { CliContext } from './context.ts';

export function command(context: CliContext): Command {
  const { words } = context;
  const register = new Command('register').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast register export register.html\n  $ holdfast register export register.md --lang zh',
      zh: '\n示例：\n  $ holdfast register export register.html\n  $ holdfast register export register.md --lang zh',
    }),
  );
  register
    .command('export <file>')
    .description(words({ en: 'as Markdown, HTML or JSON, by the ending', zh: '按扩展名导出为 Markdown、HTML 或 JSON' }))
    .action((file: string) =>
      withNode(context, async (api) => {
        const found = await api.call<Versioned<Register>>('GET', '/api/register');
        writeFileSync(
          resolve(context.io.cwd, file),
          textFor(file, found, (one) => registerText(one, context.language), context),
        );
        context.answer({ file, version: found.version }, () =>
          context.note({ en: `version ${found.version} written to ${file}`, zh: `第 ${found.version} 版已写入 ${file}` }),
        );
      }),
    );
  return register;
}

/** As the file's name ends. */
function textFor<T>(file: string, value: T, markdown: (value: T) => string, { language }: CliContext): string {
  if (file.endsWith('.json')) return `${JSON.stringify(value, null, 2)}\n`;
  return file.endsWith('.html') ? pageOf(markdown(value), language) : markdown(value);
}
