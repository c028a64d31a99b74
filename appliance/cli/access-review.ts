// `holdfast access-review`: unusual access to customers, to be looked at and closed, and the honey customers that give away who pries.

import { Command } from 'commander';
import type { Words } from '../core/errors.ts';
import type { Finding, FindingPage, Honey, Kind, Severity, Verdict } from '../oversee/access-review/access-review.ts';
import { withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';

const kinds: { readonly [kind in Kind]: Words } = {
  honey: { en: 'honey customer touched', zh: '触碰诱饵客户' },
  own_family_name: { en: 'own family name', zh: '与本人同姓' },
  many_profiles: { en: 'many customers in a short time', zh: '短时间内查看大量客户' },
  outside_hours: { en: 'outside working hours', zh: '非工作时间' },
  no_open_case: { en: 'no open case', zh: '无在办工单' },
  refusals: { en: 'refused again and again', zh: '多次被拒' },
  break_glass: { en: 'break-glass', zh: '紧急授权' },
};
const severities: { readonly [severity in Severity]: Words } = {
  low: { en: 'low', zh: '低' },
  medium: { en: 'medium', zh: '中' },
  high: { en: 'high', zh: '高' },
};
const verdicts: { readonly [verdict in Verdict]: Words } = {
  legitimate: { en: 'legitimate', zh: '正当' },
  misuse: { en: 'misuse', zh: '滥用' },
  false_alarm: { en: 'false alarm', zh: '误报' },
  unclear: { en: 'unclear', zh: '无法判定' },
};

type Listing = { state: string; actor?: string; before?: number; limit: number };

export function command(context: CliContext): Command {
  const { words } = context;
  const review = new Command('access-review').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast access-review list\n  $ holdfast access-review show 7\n  $ holdfast access-review judge 7 --verdict legitimate --reason "case 2026-0042"\n  $ holdfast access-review honey add p42 --reason "made up for this"',
      zh: '\n示例：\n  $ holdfast access-review list\n  $ holdfast access-review show 7\n  $ holdfast access-review judge 7 --verdict legitimate --reason "工单 2026-0042"\n  $ holdfast access-review honey add p42 --reason "虚构客户"',
    }),
  );
  review
    .command('list')
    .option('--state <state>', words({ en: 'open, judged or all', zh: 'open（待判）、judged（已判）或 all' }), 'open')
    .option('--actor <name>', words({ en: 'only of this actor', zh: '仅限此操作者' }))
    .option(
      '--before <number>',
      words({ en: 'older than this finding', zh: '早于此条' }),
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option('--limit <rows>', words({ en: 'findings at most', zh: '最多条数' }), wholeNumber(1, 200), 50)
    .description(words({ en: 'unusual access, the newest first', zh: '异常访问（最新在前）' }))
    .action((options: Listing) => list(context, options));
  const id = words({ en: 'its number', zh: '编号' });
  review
    .command('show')
    .argument('<number>', id, wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .description(words({ en: 'one finding, with the entries of the audit log', zh: '查看一条，含审计日志条目' }))
    .action((at: number) => show(context, at));
  review
    .command('judge')
    .argument('<number>', id, wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .requiredOption('--verdict <verdict>', 'legitimate | misuse | false_alarm | unclear')
    .requiredOption('--reason <text>', words({ en: 'why; it is kept', zh: '理由（将保存）' }))
    .description(words({ en: 'close a finding; nobody judges their own', zh: '判定并关闭（本人不得判定自己）' }))
    .action((at: number, body: { verdict: string; reason: string }) => judge(context, at, body));
  addHoney(context, review.command('honey').description(words({ en: 'customers nobody should touch', zh: '诱饵客户' })));
  return review;
}

function addHoney(context: CliContext, honey: Command): void {
  const { words } = context;
  const why = words({ en: 'why; it is kept', zh: '理由（将保存）' });
  honey
    .command('list')
    .description(words({ en: 'which they are, and were', zh: '列出现有与已取消的诱饵客户' }))
    .action(async () => {
      const found = await withNode(context, (api) => api.call<{ honey: Honey[] }>('GET', '/api/access-review/honey'));
      context.answer(found, () => printHoney(context, found.honey));
    });
  honey
    .command('add')
    .argument('<person>', words({ en: 'a profile id, such as p42', zh: '档案编号，如 p42' }))
    .requiredOption('--reason <text>', why)
    .description(words({ en: 'mark one: any touch alarms at once', zh: '标记：一经触碰立即告警' }))
    .action(async (person: string, { reason }: { reason: string }) => {
      const body = { person, reason };
      const made = await withNode(context, (api) => api.call<Honey>('POST', '/api/access-review/honey', { body }));
      context.answer(made, () => printHoney(context, [made]));
    });
  honey
    .command('remove')
    .argument('<number>', words({ en: 'the number of the mark', zh: '标记编号' }), wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .requiredOption('--reason <text>', why)
    .description(words({ en: 'take a mark off', zh: '取消标记' }))
    .action(async (id: number, { reason }: { reason: string }) => {
      const path = `/api/access-review/honey/${id}/remove`;
      const removed = await withNode(context, (api) => api.call<Honey>('POST', path, { body: { reason } }));
      context.answer(removed, () => printHoney(context, [removed]));
    });
}

async function list(context: CliContext, query: Listing): Promise<void> {
  const page = await withNode(context, (api) => api.call<FindingPage>('GET', '/api/access-review', { query }));
  const { words } = context;
  context.answer(page, () => {
    const titles = words({
      en: 'number,severity,what,who,about,times,first,last,state',
      zh: '编号,级别,情形,操作者,对象,次数,最早,最近,状态',
    }).split(',');
    context.printTable(
      titles.map((title, at) => (at === 0 || at === 5 ? { title, align: 'right' } : { title })),
      page.findings.map((one) => [
        String(one.id),
        one.severity ? words(severities[one.severity]) : '',
        whatOf(context, one),
        one.actor,
        one.person ?? '',
        String(one.count ?? one.entryCount),
        timeOf(one.openedAtMs),
        timeOf(one.lastAtMs),
        stateOf(context, one),
      ]),
    );
    context.note({ en: `${page.open} wait for a judgement.`, zh: `待判定 ${page.open} 条。` });
    if (page.next !== undefined) context.note({ en: `More: --before ${page.next}`, zh: `更多：--before ${page.next}` });
  });
}

async function show(context: CliContext, id: number): Promise<void> {
  const found = await withNode(context, (api) => api.call<Finding>('GET', `/api/access-review/${id}`));
  context.answer(found, () => printFinding(context, found));
}

async function judge(context: CliContext, id: number, body: { verdict: string; reason: string }): Promise<void> {
  const judged = await withNode(context, (api) => api.call<Finding>('POST', `/api/access-review/${id}/judge`, { body }));
  context.answer(judged, () => printFinding(context, judged));
}

function printFinding(context: CliContext, finding: Finding): void {
  const { words } = context;
  const { judgement } = finding;
  const rows: (readonly [Words, string])[] = [
    [{ en: 'what', zh: '情形' }, whatOf(context, finding)],
    [{ en: 'severity', zh: '级别' }, finding.severity ? words(severities[finding.severity]) : ''],
    [{ en: 'who', zh: '操作者' }, finding.actor],
    [{ en: 'about', zh: '对象' }, finding.person ?? ''],
    [{ en: 'from', zh: '自' }, timeOf(finding.openedAtMs)],
    [{ en: 'to', zh: '至' }, timeOf(finding.lastAtMs)],
    [
      { en: 'count', zh: '次数' },
      `${finding.count ?? finding.entryCount}${finding.usual === undefined ? '' : ` (>= ${finding.usual})`}`,
    ],
    [{ en: 'entries', zh: '审计条目' }, `${finding.entries.join(' ')}${finding.entryCount > finding.entries.length ? ' …' : ''}`],
    [{ en: 'state', zh: '状态' }, stateOf(context, finding)],
    ...(judgement
      ? ([
          [{ en: 'judged by', zh: '判定人' }, `${judgement.by}  ${timeOf(judgement.atMs)}`],
          [{ en: 'reason', zh: '理由' }, judgement.reason],
        ] as const)
      : []),
  ];
  context.printTable(
    [{ title: words({ en: 'finding', zh: '编号' }) }, { title: String(finding.id) }],
    rows.map(([name, value]) => [words(name), value]),
  );
}

function whatOf({ words }: CliContext, { kinds: found }: Finding): string {
  return found ? found.map((kind) => words(kinds[kind])).join(', ') : words({ en: '(erased)', zh: '（已删除）' });
}

function stateOf({ words }: CliContext, { state, judgement }: Finding): string {
  if (state === 'open') return words({ en: 'open', zh: '待判定' });
  return judgement ? words(verdicts[judgement.verdict]) : words({ en: 'judged (erased)', zh: '已判定（内容已删除）' });
}

function printHoney(context: CliContext, rows: readonly Honey[]): void {
  const titles = context
    .words({ en: 'number,person,marked,by,reason,removed', zh: '编号,客户,标记时间,标记人,理由,已取消' })
    .split(',');
  context.printTable(
    titles.map((title, at) => (at === 0 ? { title, align: 'right' } : { title })),
    rows.map((one) => [
      String(one.id),
      one.person,
      timeOf(one.markedAtMs),
      one.by,
      one.reason,
      one.removed ? `${timeOf(one.removed.atMs)} ${one.removed.by}: ${one.removed.reason}` : '',
    ]),
  );
}

const timeOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
