// `holdfast source dictionary`: what a source's fields mean and what its events must hold, shown, replaced, looked back at, tried.

import { Command } from 'commander';
import type { Applied, DictionaryVersion, StoredDictionary } from '../record/sources/sources.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { jsonText, readJsonFile } from './json-file.ts';
import { wholeNumber } from './numbers.ts';
import { printable } from './table.ts';

type Options = { set?: string; try?: string; versions?: true; at?: number };
/** A source's id by its name. */
type IdOf = (call: Api['call'], name: string) => Promise<number>;

export function dictionaryCommand(context: CliContext, idOf: IdOf): Command {
  const { words } = context;
  return new Command('dictionary')
    .argument('<name>', words({ en: 'the source', zh: '数据源名称' }))
    .description(words({ en: 'show or replace its data dictionary', zh: '查看或替换数据字典' }))
    .option('--set <file>', words({ en: 'replace it by this JSON document', zh: '以该 JSON 文件替换' }))
    .option(
      '--try <file>',
      words({
        en: 'show what becomes of the event in this file; with --set, try that document and save nothing',
        zh: '试用于文件中的事件；与 --set 同用时只试不存',
      }),
    )
    .option('--versions', words({ en: 'list its versions', zh: '列出各版本' }))
    .option('--at <version>', words({ en: 'show an older one', zh: '查看旧版本' }), wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .addHelpText(
      'after',
      words({
        en: '\nExamples:\n  $ holdfast source dictionary crm > crm.json\n  $ holdfast source dictionary crm --set crm.json --try event.json\n  $ holdfast source dictionary crm --set crm.json\n\nWhat may stand in it: docs/dictionary.md',
        zh: '\n示例：\n  $ holdfast source dictionary crm > crm.json\n  $ holdfast source dictionary crm --set crm.json --try event.json\n  $ holdfast source dictionary crm --set crm.json\n\n可用内容见 docs/dictionary.md',
      }),
    )
    .action((name: string, options: Options) => run(context, name, options, idOf));
}

async function run(context: CliContext, name: string, options: Options, idOf: IdOf): Promise<void> {
  const document = options.set === undefined ? undefined : readJsonFile(context, options.set);
  const sample = options.try === undefined ? undefined : readJsonFile(context, options.try);
  await withNode(context, async (api) => {
    const path = `/api/sources/${await idOf(api.call, name)}/dictionary`;
    if (sample !== undefined) await tryOut(context, api, path, sample, document);
    else if (document !== undefined) await save(context, api, path, document);
    else if (options.versions) await versions(context, api, path);
    else await show(context, api, path, options.at);
  });
}

async function show(context: CliContext, api: Api, path: string, version: number | undefined): Promise<void> {
  const stored = await api.call<StoredDictionary>('GET', path, { query: { version } });
  context.answer(stored, () => {
    if (stored.version === 0)
      context.note({
        en: 'The default dictionary: standard traits are normalised, nothing is quarantined.',
        zh: '默认字典：规范标准属性，不隔离任何事件。',
      });
    else context.note({ en: `Version ${stored.version}`, zh: `版本 ${stored.version}` });
    context.print(jsonText(stored.dictionary));
  });
}

async function save(context: CliContext, api: Api, path: string, document: unknown): Promise<void> {
  const { source, version } = await api.call<StoredDictionary>('PUT', path, { body: document });
  context.answer({ source, version }, () =>
    context.print(context.words({ en: `Version ${version} holds from now on.`, zh: `版本 ${version} 已保存，即刻生效。` })),
  );
}

async function versions(context: CliContext, api: Api, path: string): Promise<void> {
  const found = await api.call<{ versions: DictionaryVersion[] }>('GET', `${path}/versions`);
  context.answer(found, () =>
    context.printTable(
      [
        { title: context.words({ en: 'version', zh: '版本' }), align: 'right' },
        { title: context.words({ en: 'saved', zh: '保存时间' }) },
        { title: context.words({ en: 'bytes', zh: '字节' }), align: 'right' },
      ],
      found.versions.map(({ version, savedAtMs, sizeBytes }) => [
        String(version),
        new Date(savedAtMs).toISOString(),
        sizeBytes.toLocaleString('en'),
      ]),
    ),
  );
}

async function tryOut(context: CliContext, api: Api, path: string, sample: unknown, document: unknown): Promise<void> {
  const body = { event: sample, ...(document !== undefined && { dictionary: document }) };
  const applied = await api.call<Applied>('POST', `${path}/try`, { body });
  context.answer(applied, () => {
    if (!applied.ok)
      return context.print(
        printable(`${context.words({ en: 'quarantined', zh: '将被隔离' })}: ${applied.where}: ${applied.reason}`),
      );
    for (const { where, reason } of applied.notes)
      context.note({
        en: `left as given: ${printable(`${where}: ${reason}`)}`,
        zh: `保留原值：${printable(`${where}: ${reason}`)}`,
      });
    context.print(jsonText(applied.event));
  });
}
