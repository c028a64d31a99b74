// `holdfast alarms`: what somebody must know of now, acknowledging it, and alarms as they come.

import { Command } from 'commander';
import type { Words } from '../core/errors.ts';
import type { AlarmKind } from '../core/model/alarm-kinds.ts';
import type { Alarm, AlarmPage, AlarmSeverity } from '../oversee/alarms/alarms.ts';
import { withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { connectNode } from './http-client.ts';
import { wholeNumber } from './numbers.ts';
import { printable } from './table.ts';

const kinds: { readonly [kind in AlarmKind]: Words } = {
  quality: { en: 'quality of data', zh: '数据质量' },
  break_glass: { en: 'glass broken', zh: '紧急访问' },
  access_finding: { en: 'unusual access', zh: '异常访问' },
  model_drift: { en: 'scores have shifted', zh: '模型评分漂移' },
  match_enumeration: { en: 'matches too alike', zh: '比对请求过于相似' },
  upgrade: { en: 'upgrade rolled back', zh: '升级已回退' },
};
const severities: { readonly [severity in AlarmSeverity]: Words } = {
  medium: { en: 'medium', zh: '中' },
  high: { en: 'high', zh: '高' },
};

/** After so long a stream is opened anew. */
const weekMs = 7 * 86_400_000;

type Listing = { state: string; before?: number; limit: number };

export function command(context: CliContext): Command {
  const { words } = context;
  const alarms = new Command('alarms').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast alarms list\n  $ holdfast alarms ack 7 --note "Li repairs the till"\n  $ holdfast alarms watch',
      zh: '\n示例：\n  $ holdfast alarms list\n  $ holdfast alarms ack 7 --note "李工正在修复收银机"\n  $ holdfast alarms watch',
    }),
  );
  alarms
    .command('list')
    .option(
      '--state <state>',
      words({ en: 'open, acknowledged or all', zh: 'open（未确认）、acknowledged（已确认）或 all' }),
      'open',
    )
    .option('--before <number>', words({ en: 'older than this alarm', zh: '早于此条' }), wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option('--limit <rows>', words({ en: 'alarms at most', zh: '最多条数' }), wholeNumber(1, 200), 50)
    .description(words({ en: 'alarms, the newest first', zh: '告警（最新在前）' }))
    .action((options: Listing) => list(context, options));
  alarms
    .command('ack')
    .argument('<number>', words({ en: 'its number', zh: '编号' }), wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .requiredOption('--note <text>', words({ en: 'what is done about it; it is kept', zh: '处理说明（将保存）' }))
    .description(
      words({ en: 'acknowledge one; nobody acknowledges what they are about', zh: '确认告警（本人不得确认与自己有关者）' }),
    )
    .action((id: number, body: { note: string }) =>
      withNode(context, async (api) => {
        const alarm = await api.call<Alarm>('POST', `/api/alarms/${id}/acknowledge`, { body });
        context.answer(alarm, () => print(context, [alarm]));
      }),
    );
  alarms
    .command('watch')
    .description(words({ en: 'alarms as they come, until Ctrl-C', zh: '实时显示告警，按 Ctrl-C 结束' }))
    .action(() => watch(context));
  return alarms;
}

async function list(context: CliContext, query: Listing): Promise<void> {
  const page = await withNode(context, (api) => api.call<AlarmPage>('GET', '/api/alarms', { query }));
  context.answer(page, () => {
    print(context, page.alarms);
    context.note({
      en: `${page.open} open${page.next === undefined ? '' : `; more with --before ${page.next}`}`,
      zh: `${page.open} 条未确认${page.next === undefined ? '' : `；更多请用 --before ${page.next}`}`,
    });
  });
}

/** Only of a node that runs: nothing comes to one that this command would open. */
async function watch(context: CliContext): Promise<void> {
  const node = connectNode(context.requireDataFolder(), context.language);
  for (;;) {
    let event = '';
    for await (const line of node.lines('/api/alarms/live', weekMs, context.signal)) {
      if (line === ': watching') context.note({ en: 'watching', zh: '正在关注' });
      if (line.startsWith('event: ')) event = line.slice('event: '.length);
      if (!line.startsWith('data: ') || event !== 'alarm') continue;
      const alarm = JSON.parse(line.slice('data: '.length)) as Alarm;
      context.answer(alarm, () => context.print(row(context, alarm).join('  ')));
    }
    // The node has stopped or sealed, and says so when it is asked again.
  }
}

function print(context: CliContext, alarms: readonly Alarm[]): void {
  const titles = context.words({ en: 'number,severity,what,about,since,times,state', zh: '编号,级别,类别,事由,时间,次数,状态' });
  context.printTable(
    titles.split(',').map((title, at) => (at === 0 ? { title, align: 'right' } : { title })),
    alarms.map((alarm) => row(context, alarm)),
  );
}

function row(context: CliContext, alarm: Alarm): string[] {
  const { words } = context;
  return [
    String(alarm.id),
    words(severities[alarm.severity]),
    words(kinds[alarm.kind]),
    words(about(alarm)),
    timeOf(alarm.raisedAtMs),
    String(alarm.times),
    words(stateOf(alarm)),
  ];
}

/** Where to look next. */
function about({ kind, number, actor, source, sourceName, rule, reason, partner }: Alarm): Words {
  if (kind === 'quality') {
    const name = printable(sourceName ?? `source ${source}`);
    const why = reason === 'fell' ? { en: 'fell', zh: '骤降' } : { en: 'below threshold', zh: '低于阈值' };
    return { en: `${name}: ${rule} ${why.en}`, zh: `${name}：${rule} ${why.zh}` };
  }
  if (kind === 'match_enumeration') {
    const name = (partner ?? '').slice(0, 8);
    return { en: `with ${name}: ${reason}`, zh: `合作方 ${name}：${reason}` };
  }
  if (kind === 'upgrade') return { en: 'see holdfast doctor', zh: '详见 holdfast doctor' };
  if (kind === 'break_glass') return { en: `break-glass ${number} by ${actor}`, zh: `紧急访问 ${number}，操作者 ${actor}` };
  return { en: `access-review show ${number}, by ${actor}`, zh: `access-review show ${number}，操作者 ${actor}` };
}

function stateOf({ state, endedAtMs, acknowledgement }: Alarm): Words {
  if (state === 'open')
    return endedAtMs === undefined ? { en: 'open', zh: '未确认' } : { en: 'open, well again', zh: '未确认（已恢复）' };
  const { by = '', note = '' } = acknowledgement ?? {};
  const said = note === '' ? '' : `: ${printable(note)}`;
  return { en: `acknowledged by ${by}${said}`, zh: `已由 ${by} 确认${said}` };
}

const timeOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
