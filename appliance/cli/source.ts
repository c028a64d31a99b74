// `holdfast source`: the systems that events come from, and their write keys.

import { Command, Option } from 'commander';
import { Fault } from '../core/errors.ts';
import type { SourceKind } from '../record/sources/sources.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';
import { dictionaryCommand } from './source-dictionary.ts';

/** By name alone: the code that records is not loaded to ask a node that runs. */
const sourceKinds = Object.keys({ website: 0, app: 0, server: 0, file: 0, connector: 0 } satisfies { [kind in SourceKind]: 0 });

type SourceView = { id: number; name: string; kind: string; createdAtMs: number; disabledAtMs?: number };

export function command(context: CliContext): Command {
  const { words } = context;
  const source = new Command('source').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast source add shop --kind website\n  $ holdfast source list\n  $ holdfast source rotate shop --keep-hours 24',
      zh: '\n示例：\n  $ holdfast source add shop --kind website\n  $ holdfast source list\n  $ holdfast source rotate shop --keep-hours 24',
    }),
  );
  source
    .command('add <name>')
    .description(words({ en: 'add a source and print its write key, this once', zh: '新增数据源并显示写入密钥（仅一次）' }))
    .addOption(new Option('--kind <kind>', words({ en: 'what it is', zh: '类型' })).choices(sourceKinds).default('server'))
    .action((name: string, options: { kind: SourceKind }) => add(context, name, options.kind));
  source
    .command('list')
    .description(words({ en: 'list all sources', zh: '列出全部数据源' }))
    .action(() => list(context));
  source
    .command('rotate <name>')
    .description(words({ en: 'give a source a new write key', zh: '更换写入密钥' }))
    .option(
      '--keep-hours <hours>',
      words({ en: 'take the old key this much longer', zh: '旧密钥继续有效的小时数' }),
      wholeNumber(0, 2_160),
      0,
    )
    .action((name: string, options: { keepHours: number }) => rotate(context, name, options.keepHours));
  for (const verb of ['disable', 'enable'] as const) {
    source
      .command(`${verb} <name>`)
      .description(
        verb === 'disable'
          ? words({ en: 'refuse its events from now on', zh: '停用' })
          : words({ en: 'take its events again', zh: '启用' }),
      )
      .action((name: string) => setEnabled(context, name, verb));
  }
  source.addCommand(dictionaryCommand(context, sourceId));
  return source;
}

async function add(context: CliContext, name: string, kind: SourceKind): Promise<void> {
  await withNode(context, async (api) => {
    const made = await api.call<{ source: SourceView; writeKey: string }>('POST', '/api/sources', { body: { name, kind } });
    context.answer(made, () => showKey(context, made.writeKey));
  });
}

function showKey(context: CliContext, writeKey: string): void {
  context.note({ en: 'Write key, shown this once:', zh: '写入密钥（仅显示一次）：' });
  context.print(writeKey);
}

async function list(context: CliContext): Promise<void> {
  await withNode(context, async (api) => {
    const { sources } = await api.call<{ sources: SourceView[] }>('GET', '/api/sources');
    context.answer({ sources }, () =>
      context.printTable(
        [
          { title: 'id', align: 'right' },
          { title: context.words({ en: 'name', zh: '名称' }) },
          { title: context.words({ en: 'kind', zh: '类型' }) },
          { title: '' },
        ],
        sources.map((source) => [
          String(source.id),
          source.name,
          source.kind,
          source.disabledAtMs === undefined ? '' : context.words({ en: 'disabled', zh: '已停用' }),
        ]),
      ),
    );
  });
}

async function rotate(context: CliContext, name: string, keepPreviousHours: number): Promise<void> {
  await withNode(context, async (api) => {
    const id = await sourceId(api.call, name);
    const made = await api.call<{ source: SourceView; writeKey: string }>('POST', `/api/sources/${id}/rotate`, {
      body: { keepPreviousHours },
    });
    context.answer(made, () => showKey(context, made.writeKey));
  });
}

async function setEnabled(context: CliContext, name: string, verb: 'enable' | 'disable'): Promise<void> {
  await withNode(context, async (api) => {
    const source = await api.call<SourceView>('POST', `/api/sources/${await sourceId(api.call, name)}/${verb}`);
    context.answer(source, () => context.print(source.name));
  });
}

/** A source's id by its name. @throws {Fault} `not_found` */
export async function sourceId(call: Api['call'], name: string): Promise<number> {
  const { sources } = await call<{ sources: SourceView[] }>('GET', '/api/sources');
  const found = sources.find((source) => source.name === name);
  if (!found) throw new Fault('not_found', `a source named ${name}`);
  return found.id;
}
