// `holdfast segment list|show|add|preview|remove`: the segments of a node and their rules.

import type { Command } from 'commander';
import { Fault, type Words } from '../core/errors.ts';
import type { SegmentView } from '../decide/segments/segments.ts';
import { type Api, longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import type { Progress } from './progress.ts';

type Finding = { message: Words };
export type Shown = SegmentView & { findings?: Finding[] };
type PreviewShown = {
  text: Words;
  findings: Finding[];
  count: number;
  of: number;
  share: number;
  withheld: number;
  estimated: boolean;
  sample: { id: string; traits: { [name: string]: unknown } }[];
};

const pollMs = 500;

/** All of them, once everybody has been asked. */
export async function allSegments(context: CliContext, api: Api): Promise<Shown[]> {
  let progress: Progress | undefined;
  try {
    for (;;) {
      const { segments } = await api.call<{ segments: Shown[] }>('GET', '/api/segments');
      const waiting = segments.find(({ state }) => state === 'preparing');
      if (!waiting) return segments;
      if (context.signal.aborted) throw context.signal.reason;
      progress ??= context.progress({ en: 'asking everybody', zh: '正在计算' });
      progress.update(waiting.done ?? 0, waiting.total);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  } finally {
    progress?.end();
  }
}

/** By its name or its number. @throws {Fault} `not_found` */
export async function segmentCalled(context: CliContext, api: Api, called: string): Promise<Shown> {
  const all = await allSegments(context, api);
  const found = all.find(({ name }) => name === called) ?? all.find(({ id }) => String(id) === called);
  if (!found) throw new Fault('not_found', `segment ${called}`);
  return found;
}

export function bookCommands(context: CliContext, group: Command): void {
  const { words } = context;
  const example = (text: string) => words({ en: `\nExample:\n  $ ${text}`, zh: `\n示例：\n  $ ${text}` });
  const name = words({ en: 'its name or number', zh: '名称或编号' });
  const purpose = words({
    en: 'what it is for; "holdfast consent purposes" lists them',
    zh: '用途（见 holdfast consent purposes）',
  });
  group
    .command('list')
    .description(words({ en: 'all segments and how many are in them', zh: '所有人群及人数' }))
    .addHelpText('after', example('holdfast segment list'))
    .action(() => list(context));
  group
    .command('show')
    .description(
      words({ en: 'one segment: its rule in both languages, purpose and version', zh: '查看人群的规则（中英文）、用途与版本' }),
    )
    .argument('<segment>', name)
    .addHelpText('after', example('holdfast segment show platinum'))
    .action((called: string) =>
      withNode(context, async (api) => {
        const segment = await segmentCalled(context, api, called);
        context.answer(segment, () => print(context, segment));
      }),
    );
  group
    .command('add')
    .description(
      words({ en: 'keep a segment; it follows what customers do from then on', zh: '保存人群，此后随客户行为实时更新' }),
    )
    .argument('<rule>', words({ en: 'the rule, in quotes, with "= name" at its end', zh: '规则（加引号），末尾写 "= 名称"' }))
    .requiredOption('--purpose <purpose>', purpose)
    .option('--name <name>', words({ en: 'in place of the name in the rule', zh: '名称（替代规则中的名称）' }))
    .option('--description <text>', words({ en: 'what it is about', zh: '说明' }))
    .option('--replace', words({ en: 'a new version, where one of this name is there', zh: '已有同名人群时存为新版本' }))
    .addHelpText(
      'after',
      example("holdfast segment add 'monthly spend > 5000 and active in 30 days = platinum' --purpose customer_service"),
    )
    .action((text: string, options: AddOptions) => add(context, text, options));
  group
    .command('preview')
    .description(words({ en: 'how many a rule finds, and a few of them, before it is kept', zh: '保存前试算人数并抽样' }))
    .argument('<rule>', words({ en: 'the rule, in quotes', zh: '规则，请加引号' }))
    .requiredOption('--purpose <purpose>', purpose)
    .addHelpText('after', example("holdfast segment preview 'spend in 90 days > 1000' --purpose customer_service"))
    .action((text: string, { purpose: wanted }: { purpose: string }) => preview(context, text, wanted));
  group
    .command('remove')
    .description(words({ en: 'remove a segment, with its snapshots', zh: '删除人群及其快照' }))
    .argument('<segment>', name)
    .addHelpText('after', example('holdfast segment remove platinum'))
    .action((called: string) =>
      withNode(context, async (api) => {
        const { id } = await segmentCalled(context, api, called);
        const answer = await api.call('DELETE', `/api/segments/${id}`);
        context.answer(answer, () => context.note({ en: 'removed', zh: '已删除' }));
      }),
    );
}

type AddOptions = { purpose: string; name?: string; description?: string; replace?: boolean };

async function list(context: CliContext): Promise<void> {
  const segments = await withNode(context, (api) => allSegments(context, api));
  context.answer({ segments }, () => {
    const titles = context
      .words({ en: 'number,name,members,share,purpose,rule', zh: '编号,名称,人数,占比,用途,规则' })
      .split(',');
    context.printTable(
      titles.map((title, at) => (at === 0 || at === 2 || at === 3 ? { title, align: 'right' } : { title })),
      segments.map((one) => [
        String(one.id),
        one.name,
        String(one.members),
        percent(one.of === 0 ? 0 : one.members / one.of),
        one.purpose,
        context.words(one.text),
      ]),
    );
  });
}

async function add(context: CliContext, text: string, options: AddOptions): Promise<void> {
  const { replace, ...rest } = options;
  const segment = await withNode(context, async (api) => {
    const before = replace ? await existing(context, api, text, options) : undefined;
    const { name: _name, ...changes } = rest;
    const made = before
      ? await api.call<Shown>('PUT', `/api/segments/${before}`, { body: { text, ...changes } })
      : await api.call<Shown>('POST', '/api/segments', { body: { text, ...rest } });
    const live = (await allSegments(context, api)).find(({ id }) => id === made.id) ?? made;
    return { ...live, findings: made.findings ?? [] };
  });
  context.answer(segment, () => print(context, segment));
}

/** The number of the one that has the name already. */
async function existing(context: CliContext, api: Api, text: string, { name }: AddOptions): Promise<number | undefined> {
  const wanted = name ?? /[=＝]\s*["“]?([^=＝"”]+?)["”]?\s*$/.exec(text)?.[1];
  return (await allSegments(context, api)).find((one) => one.name === wanted)?.id;
}

async function preview(context: CliContext, text: string, purpose: string): Promise<void> {
  const found = await withNode(context, (api) =>
    api.call<PreviewShown>('POST', '/api/segments/preview', { body: { text, purpose }, timeoutMs: longMs }),
  );
  context.answer(found, () => {
    const { print: line } = context;
    line(`en  ${found.text.en}`);
    line(`zh  ${found.text.zh}`);
    const about = found.estimated ? { en: 'about ', zh: '约 ' } : { en: '', zh: '' };
    line(
      context.words({
        en: `${about.en}${found.count} of ${found.of} customers (${percent(found.share)}); ${found.withheld} more fit and may not be used for ${purpose}`,
        zh: `${about.zh}${found.count} / ${found.of} 位客户（${percent(found.share)}）；另有 ${found.withheld} 位符合规则但不可用于 ${purpose}`,
      }),
    );
    for (const { id, traits } of found.sample) line(`  ${id}  ${Object.values(traits).map(String).join('  ')}`);
    for (const { message } of found.findings) context.note(message);
  });
}

function print(context: CliContext, segment: Shown): void {
  const { id, name, text, purpose, version, members, of, changedBy, changedAtMs, findings = [] } = segment;
  context.print(`${id}  ${name}`);
  context.print(`en  ${text.en}`);
  context.print(`zh  ${text.zh}`);
  const when = new Date(changedAtMs).toISOString().slice(0, 16).replace('T', ' ');
  context.print(
    context.words({
      en: `${members} of ${of} customers; for ${purpose}; version ${version} by ${changedBy}, ${when}`,
      zh: `${members} / ${of} 位客户；用途 ${purpose}；版本 ${version}（${changedBy}，${when}）`,
    }),
  );
  for (const { message } of findings) context.note(message);
}

const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
