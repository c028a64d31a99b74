// `holdfast quarantine`: events that broke a rule of their source's dictionary: look at them, correct them, record them after all,
// or throw them away.

import { Command } from 'commander';
import { Fault } from '../core/errors.ts';
import type { QuarantinedEvent, Replayed } from '../record/sources/sources.ts';
import { type Api, longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { jsonText, readJsonFile } from './json-file.ts';
import { wholeNumber } from './numbers.ts';
import { sourceId } from './source.ts';
import { printable } from './table.ts';

const id = wholeNumber(1, Number.MAX_SAFE_INTEGER);
const ids = (text: string, before: number[] = []): number[] => [...before, id(text)];

export function command(context: CliContext): Command {
  const { words } = context;
  const quarantine = new Command('quarantine').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast quarantine list --source crm\n  $ holdfast quarantine show 4711 --event > event.json\n  $ holdfast quarantine fix 4711 event.json --replay\n  $ holdfast quarantine replay --source crm\n  $ holdfast quarantine discard 4712 4713',
      zh: '\n示例：\n  $ holdfast quarantine list --source crm\n  $ holdfast quarantine show 4711 --event > event.json\n  $ holdfast quarantine fix 4711 event.json --replay\n  $ holdfast quarantine replay --source crm\n  $ holdfast quarantine discard 4712 4713',
    }),
  );
  const source = ['--source <name>', words({ en: 'of this source', zh: '仅该数据源' })] as const;
  quarantine
    .command('list')
    .description(words({ en: 'what is in quarantine, oldest first', zh: '列出隔离的事件（由旧到新）' }))
    .option(...source)
    .option('--rows <number>', words({ en: 'how many to show', zh: '显示条数' }), wholeNumber(1, 500), 30)
    .option(
      '--after <id>',
      words({ en: 'go on after this one', zh: '从此编号之后继续' }),
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .action((options: ListOptions) => withNode(context, (api) => list(context, api, options)));
  quarantine
    .command('show')
    .argument('<id>', words({ en: 'its number', zh: '编号' }), id)
    .description(words({ en: 'one event, with the rule that it breaks', zh: '查看事件及其违反的规则' }))
    .option('--event', words({ en: 'the event alone, to be corrected in an editor', zh: '仅输出事件，便于编辑' }))
    .action((number: number, options: { event?: true }) => withNode(context, (api) => show(context, api, number, options.event)));
  quarantine
    .command('fix')
    .argument('<id>', words({ en: 'its number', zh: '编号' }), id)
    .argument('<file>', words({ en: 'the corrected event, as JSON', zh: '修正后的事件（JSON）' }))
    .description(words({ en: 'put a corrected event in its place', zh: '以修正后的事件替换' }))
    .option('--replay', words({ en: 'and record it', zh: '随后重放' }))
    .action((number: number, file: string, options: { replay?: true }) => fix(context, number, file, options.replay === true));
  quarantine
    .command('replay')
    .argument('[ids...]', words({ en: 'their numbers', zh: '编号' }), ids)
    .description(words({ en: 'record events through the dictionary as it is now', zh: '按现行字典重放' }))
    .option(...source)
    .action((numbers: number[] | undefined, options: { source?: string }) => {
      if ((numbers === undefined || numbers.length === 0) === (options.source === undefined))
        throw new Fault('bad_request', words({ en: 'either ids or --source', zh: '请给出编号或 --source 之一' }));
      return withNode(context, async (api) => tellReplayed(context, await replay(api, numbers, options.source)));
    });
  quarantine
    .command('discard')
    .argument('<ids...>', words({ en: 'their numbers', zh: '编号' }), ids)
    .description(words({ en: 'throw events away for good', zh: '永久丢弃' }))
    .action((numbers: number[]) => withNode(context, (api) => discard(context, api, numbers)));
  return quarantine;
}

type ListOptions = { source?: string; rows: number; after?: number };

async function list(context: CliContext, api: Api, options: ListOptions): Promise<void> {
  const source = options.source === undefined ? undefined : await sourceId(api.call, options.source);
  const query = { source, limit: options.rows, after: options.after };
  const page = await api.call<{ events: QuarantinedEvent[]; next?: number }>('GET', '/api/quarantine', { query });
  if (context.json) return context.printJson(page);
  const { sources } = await api.call<{ sources: { id: number; name: string }[] }>('GET', '/api/sources');
  const names = new Map(sources.map((each) => [each.id, each.name]));
  const { words } = context;
  context.printTable(
    [
      { title: words({ en: 'id', zh: '编号' }), align: 'right' },
      { title: words({ en: 'source', zh: '数据源' }) },
      { title: words({ en: 'event', zh: '事件' }) },
      { title: words({ en: 'where', zh: '位置' }) },
      { title: words({ en: 'reason', zh: '原因' }) },
      { title: '' },
    ],
    page.events.map(({ id, source, event, where, reason, fixedAtMs }) => [
      String(id),
      names.get(source) ?? String(source),
      event.name === undefined ? event.kind : `${event.kind} ${event.name}`,
      where,
      reason,
      fixedAtMs === undefined ? '' : words({ en: 'fixed', zh: '已修正' }),
    ]),
  );
  if (page.next !== undefined)
    context.note({
      en: `More: holdfast quarantine list --after ${page.next}`,
      zh: `更多：holdfast quarantine list --after ${page.next}`,
    });
}

async function show(context: CliContext, api: Api, number: number, eventOnly: true | undefined): Promise<void> {
  const row = await api.call<QuarantinedEvent>('GET', `/api/quarantine/${number}`);
  if (eventOnly) return context.json ? context.printJson(row.event) : context.print(jsonText(row.event));
  context.answer(row, () => {
    context.print(printable(`${row.where}: ${row.reason}`));
    context.print(jsonText(row.event));
  });
}

async function fix(context: CliContext, number: number, file: string, replayAfter: boolean): Promise<void> {
  const event = readJsonFile(context, file);
  await withNode(context, async (api) => {
    const row = await api.call<QuarantinedEvent>('PUT', `/api/quarantine/${number}`, { body: { event } });
    if (replayAfter) return tellReplayed(context, await replay(api, [number], undefined));
    context.answer(row, () => context.print(context.words({ en: 'Fixed; replay it next.', zh: '已修正，请接着重放。' })));
  });
}

async function replay(api: Api, numbers: readonly number[] | undefined, source: string | undefined): Promise<Replayed[]> {
  const chosen = source === undefined ? { ids: numbers } : { source: await sourceId(api.call, source) };
  const replayed: Replayed[] = [];
  for (let after: number | undefined; ; ) {
    const body: object = { ...chosen, ...(after !== undefined && { after }) };
    const page = await api.call<{ replayed: Replayed[]; next?: number }>('POST', '/api/quarantine/replay', {
      body,
      timeoutMs: longMs,
    });
    replayed.push(...page.replayed);
    if (page.next === undefined) return replayed;
    after = page.next;
  }
}

function tellReplayed(context: CliContext, replayed: readonly Replayed[]): void {
  const still = replayed.filter(({ outcome }) => outcome === 'quarantined');
  context.answer({ replayed }, () => {
    const [all, left] = [replayed.length - still.length, still.length];
    context.print(
      context.words({ en: `${all} recorded, ${left} still in quarantine`, zh: `已记录 ${all} 个，仍隔离 ${left} 个` }),
    );
    for (const { id, where, reason } of still.slice(0, 20)) context.print(printable(`  ${id}  ${where}: ${reason}`));
    if (left > 20) context.note({ en: `… and ${left - 20} more`, zh: `……另有 ${left - 20} 个` });
  });
}

async function discard(context: CliContext, api: Api, numbers: readonly number[]): Promise<void> {
  let discarded = 0;
  for (const number of numbers)
    discarded += (await api.call<{ discarded: number }>('DELETE', `/api/quarantine/${number}`)).discarded;
  context.answer({ discarded }, () =>
    context.print(context.words({ en: `${discarded} discarded`, zh: `已丢弃 ${discarded} 个` })),
  );
}
