// `holdfast segment members|changes|why|overlap|snapshot|export`: who is in the segments of a node, since when and why, and members for somebody
// outside.

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Fault, type Words } from '../core/errors.ts';
import type { Json } from '../core/model/event.ts';
import { csvCell, writeCsv } from '../core/tables/tables.ts';
import type { Compared, MembersPage, Overlap, Snapshot } from '../decide/segments/segments.ts';
import { type Api, longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { connectNode } from './http-client.ts';
import { wholeNumber } from './numbers.ts';
import { allSegments, segmentCalled } from './segment-book.ts';

type ChangeShown = { seq: number; atMs: number; id: string; segment: number; name: string; change: string; cause: string };
type Line = { depth: number; member: boolean; rule: Words; found?: Words; traits?: { [name: string]: Json }; untilMs?: number };
type WhyShown = { member: boolean; name: string; untilMs?: number; lines: Line[] };

/** After so long a stream is opened anew. */
const weekMs = 7 * 86_400_000;
const rowLimit = wholeNumber(1, 500);

export function memberCommands(context: CliContext, group: Command): void {
  const { words } = context;
  const example = (...lines: string[]) =>
    words({ en: `\nExamples:\n  $ ${lines.join('\n  $ ')}`, zh: `\n示例：\n  $ ${lines.join('\n  $ ')}` });
  const name = words({ en: 'its name or number', zh: '名称或编号' });
  const rows = words({ en: 'rows at most', zh: '最多行数' });
  group
    .command('members')
    .description(words({ en: 'who is in a segment, and since when', zh: '人群成员及加入时间' }))
    .argument('<segment>', name)
    .option('--after <person>', words({ en: 'the last of the page before', zh: '上一页最后一位' }))
    .option('--limit <rows>', rows, rowLimit, 50)
    .addHelpText('after', example('holdfast segment members platinum', 'holdfast segment members platinum --after p420'))
    .action((called: string, query: { after?: string; limit: number }) => members(context, called, query));
  group
    .command('changes')
    .description(words({ en: 'who entered and left, in order', zh: '进出记录（按顺序）' }))
    .option('--segment <segment>', words({ en: 'of this one alone', zh: '仅此人群' }))
    .option('--after <number>', words({ en: 'after this change', zh: '此编号之后' }), wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option('--limit <rows>', rows, rowLimit, 50)
    .option('--watch', words({ en: 'go on as they come, until Ctrl-C', zh: '持续显示，按 Ctrl-C 结束' }))
    .addHelpText('after', example('holdfast segment changes --segment platinum', 'holdfast segment changes --watch'))
    .action((options: ChangeOptions) => (options.watch ? watch(context) : changes(context, options)));
  group
    .command('why')
    .description(
      words({ en: 'why a customer is in a segment or not, condition by condition', zh: '逐条说明客户为何属于或不属于人群' }),
    )
    .argument('<segment>', name)
    .argument('<person>', words({ en: 'such as p42', zh: '如 p42' }))
    .addHelpText('after', example('holdfast segment why platinum p42'))
    .action((called: string, person: string) => why(context, called, person));
  group
    .command('overlap')
    .description(words({ en: 'how many segments have in common, pair by pair', zh: '人群两两重叠人数' }))
    .argument('<segments...>', name)
    .addHelpText('after', example('holdfast segment overlap platinum awake'))
    .action((called: string[]) => overlap(context, called));
  snapshotCommands(context, group, example);
  group
    .command('export')
    .description(
      words({ en: 'members as a CSV file: only who may be used for the purpose', zh: '导出成员为 CSV：仅含可用于该用途者' }),
    )
    .argument('<segment>', name)
    .requiredOption('--purpose <purpose>', words({ en: 'what it is for', zh: '用途' }))
    .option('--channel <channel>', words({ en: 'over which they are to be reached', zh: '触达渠道' }))
    .requiredOption('--traits <names>', words({ en: 'traits, parted by commas', zh: '属性名，以逗号分隔' }))
    .option('--tokens', words({ en: 'tokens in place of phones and numbers of documents', zh: '以令牌替代手机号与证件号' }))
    .requiredOption('--out <file>', words({ en: 'the file to write', zh: '输出文件' }))
    .addHelpText(
      'after',
      example('holdfast segment export platinum --purpose marketing --channel email --traits name,email --out platinum.csv'),
    )
    .action((called: string, options: ExportOptions) => exportFile(context, called, options));
}

async function members(context: CliContext, called: string, query: { after?: string; limit: number }): Promise<void> {
  type Page = { members: (Omit<MembersPage['members'][number], 'person'> & { id: string })[]; next?: string };
  const page = await withNode(context, async (api) => {
    const { id } = await segmentCalled(context, api, called);
    return api.call<Page>('GET', `/api/segments/${id}/members`, { query });
  });
  context.answer(page, () => {
    for (const { id, sinceMs } of page.members) context.print(sinceMs === undefined ? id : `${id}  ${timeOf(sinceMs)}`);
    if (page.next !== undefined) context.note({ en: `more with --after ${page.next}`, zh: `更多请用 --after ${page.next}` });
  });
}

type ChangeOptions = { segment?: string; after?: number; limit: number; watch?: boolean };

async function changes(context: CliContext, { segment, after, limit }: ChangeOptions): Promise<void> {
  const page = await withNode(context, async (api) => {
    const id = segment === undefined ? undefined : (await segmentCalled(context, api, segment)).id;
    if (segment === undefined) await allSegments(context, api);
    const query = { limit, ...(after !== undefined && { after }), ...(id !== undefined && { segment: id }) };
    return api.call<{ changes: ChangeShown[]; next: number; more: boolean }>('GET', '/api/segments/changes', { query });
  });
  context.answer(page, () => {
    for (const change of page.changes) context.print(lineOf(context, change));
    if (page.more) context.note({ en: `more with --after ${page.next}`, zh: `更多请用 --after ${page.next}` });
  });
}

/** Only of a node that runs: nothing changes in one that this command would open. */
async function watch(context: CliContext): Promise<void> {
  const node = connectNode(context.requireDataFolder(), context.language);
  for (;;) {
    let event = '';
    for await (const line of node.lines('/api/segments/live', weekMs, context.signal)) {
      if (line === ': watching') context.note({ en: 'watching', zh: '正在关注' });
      if (line.startsWith('event: ')) event = line.slice('event: '.length);
      if (!line.startsWith('data: ') || event !== 'change') continue;
      const change = JSON.parse(line.slice('data: '.length)) as ChangeShown;
      context.answer(change, () => context.print(lineOf(context, change)));
    }
  }
}

const causes: { readonly [cause: string]: Words } = {
  event: { en: 'an event', zh: '事件' },
  time: { en: 'time', zh: '时间' },
  score: { en: 'a score', zh: '评分' },
  consent: { en: 'consent', zh: '同意' },
  merge: { en: 'merged into another', zh: '并入他人' },
  rule: { en: 'another rule', zh: '规则变更' },
  again: { en: 'found again', zh: '重新核对' },
};

function lineOf({ words }: CliContext, { seq, atMs, id, name, change, cause }: ChangeShown): string {
  const what = change === 'entered' ? words({ en: 'entered', zh: '进入' }) : words({ en: 'left   ', zh: '离开' });
  return `${seq}  ${timeOf(atMs)}  ${id}  ${what}  ${name}  (${words(causes[cause] ?? { en: cause, zh: cause })})`;
}

async function why(context: CliContext, called: string, person: string): Promise<void> {
  const found = await withNode(context, async (api) => {
    const { id } = await segmentCalled(context, api, called);
    return api.call<WhyShown>('GET', `/api/profiles/${person}/segments/${id}`, { timeoutMs: longMs });
  });
  context.answer(found, () => {
    for (const line of found.lines) {
      const value = line.found === undefined ? Object.values(line.traits ?? {})[0] : context.words(line.found);
      const more = [
        value !== undefined && context.words({ en: `it is ${value}`, zh: `实为 ${value}` }),
        line.untilMs !== undefined &&
          context.words({ en: `so until ${timeOf(line.untilMs)}`, zh: `在 ${timeOf(line.untilMs)} 之前不变` }),
      ].filter((one) => one !== false);
      const yes = line.member ? context.words({ en: 'yes', zh: '是' }) : context.words({ en: 'no ', zh: '否' });
      context.print(
        `${'  '.repeat(line.depth)}${yes} ${context.words(line.rule)}${more.length > 0 ? ` (${more.join(', ')})` : ''}`,
      );
    }
  });
}

async function overlap(context: CliContext, called: readonly string[]): Promise<void> {
  const [overlaps, names] = await withNode(context, async (api) => {
    const all = await Promise.all(called.map((one) => segmentCalled(context, api, one)));
    const query = { segments: all.map(({ id }) => id).join(',') };
    const answer = await api.call<{ overlaps: Overlap[] }>('GET', '/api/segments/overlaps', { query });
    return [answer.overlaps, new Map(all.map(({ id, name }) => [id, name]))] as const;
  });
  context.answer({ overlaps }, () => {
    const titles = context.words({ en: 'segment,and,both,share of either', zh: '人群,与,共同,占并集' }).split(',');
    context.printTable(
      titles.map((title, at) => (at > 1 ? { title, align: 'right' } : { title })),
      overlaps.map(({ a, b, both, share }) => [names.get(a)!, names.get(b)!, String(both), `${(share * 100).toFixed(1)}%`]),
    );
  });
}

function snapshotCommands(context: CliContext, group: Command, example: (...lines: string[]) => string): void {
  const { words } = context;
  const snapshot = group
    .command('snapshot')
    .description(words({ en: 'keep who is in a segment now; compare two such', zh: '留存人群快照并比较' }))
    .addHelpText(
      'after',
      example(
        'holdfast segment snapshot take platinum --name May',
        'holdfast segment snapshot list',
        'holdfast segment snapshot compare 1 2',
      ),
    );
  const line = ({ id, segment, name, madeAtMs, members: count }: Snapshot) =>
    `${id}  ${timeOf(madeAtMs)}  ${name}  ${words({ en: `${count} members of segment ${segment}`, zh: `人群 ${segment}，${count} 人` })}`;
  snapshot
    .command('take')
    .description(words({ en: 'take one', zh: '留存快照' }))
    .argument('<segment>', words({ en: 'name or number', zh: '名称或编号' }))
    .requiredOption('--name <name>', words({ en: 'what it is called', zh: '快照名称' }))
    .addHelpText('after', example('holdfast segment snapshot take platinum --name May'))
    .action((called: string, body: { name: string }) =>
      withNode(context, async (api) => {
        const { id } = await segmentCalled(context, api, called);
        const taken = await api.call<Snapshot>('POST', `/api/segments/${id}/snapshots`, { body });
        context.answer(taken, () => context.print(line(taken)));
      }),
    );
  snapshot
    .command('list')
    .description(words({ en: 'all, the latest first', zh: '所有快照（最新在前）' }))
    .addHelpText('after', example('holdfast segment snapshot list'))
    .action(() =>
      withNode(context, async (api) => {
        const answer = await api.call<{ snapshots: Snapshot[] }>('GET', '/api/segments/snapshots');
        context.answer(answer, () => {
          for (const one of answer.snapshots) context.print(line(one));
        });
      }),
    );
  snapshot
    .command('compare')
    .description(words({ en: 'how many came and went between two', zh: '比较两次快照的进出人数' }))
    .argument('<from>', words({ en: 'number of the earlier one', zh: '较早快照编号' }))
    .argument('<to>', words({ en: 'number of the later one', zh: '较晚快照编号' }))
    .addHelpText('after', example('holdfast segment snapshot compare 1 2'))
    .action((from: string, to: string) =>
      withNode(context, async (api) => {
        const query = { from: Number(from), to: Number(to) };
        const found = await api.call<Compared>('GET', '/api/segments/snapshots/compare', { query });
        context.answer(found, () =>
          context.print(
            words({
              en: `${found.entered} came, ${found.left} went, ${found.stayed} stayed`,
              zh: `进入 ${found.entered}，离开 ${found.left}，保留 ${found.stayed}`,
            }),
          ),
        );
      }),
    );
}

type ExportOptions = { purpose: string; channel?: string; traits: string; tokens?: boolean; out: string };
type ExportPage = { rows: { id: string; traits: { [name: string]: Json } }[]; withheld: number; next?: string };

async function exportFile(context: CliContext, called: string, options: ExportOptions): Promise<void> {
  const { out, traits, ...rest } = options;
  const names = traits.split(',').map((one) => one.trim());
  if (names.some((one) => one === '')) throw new Fault('bad_request', '--traits');
  const done = await withNode(context, async (api) => {
    const { id } = await segmentCalled(context, api, called);
    const lines: string[] = [];
    let withheld = 0;
    for (let after: string | undefined; ; ) {
      const page = await exportPage(api, id, { ...rest, traits: names, ...(after !== undefined && { after }) });
      for (const row of page.rows) lines.push([row.id, ...names.map((name) => csvCell(cellOf(row.traits[name])))].join(','));
      withheld += page.withheld;
      after = page.next;
      if (after === undefined) break;
    }
    await writeCsv(resolve(context.io.cwd, out), ['id', ...names].map(csvCell).join(','), lines);
    return { file: out, rows: lines.length, withheld };
  });
  context.answer(done, () =>
    context.print(
      context.words({
        en: `${done.rows} customers in ${out}; ${done.withheld} left out, who may not be used for this`,
        zh: `${done.rows} 位客户写入 ${out}；${done.withheld} 位因不可用于该用途而略去`,
      }),
    ),
  );
}

const exportPage = (api: Api, id: number, body: object) =>
  api.call<ExportPage>('POST', `/api/segments/${id}/export`, { body, timeoutMs: longMs });

/** What a table program would take for a formula is text; a phone number may begin with +. */
function cellOf(value: Json | undefined): string {
  const text = value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return /^[=@\t\r]|^[+-](?![\d\s()-]+$)/.test(text) ? `'${text}` : text;
}

const timeOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
