// How the commands show a match: its terms, what each side would learn and what it costs, where it stands, and what waits for whom.

import { isDeepStrictEqual } from 'node:util';
import type { MatchOption, OptionDescription } from '../../federation/protocol/match-selector.ts';
import type { MatchTerms } from '../../federation/protocol/match-terms.ts';
import { nameOf, roleWords, useWords, wordsOfTerms } from '../../federation/protocol/match-words.ts';
import { durationOf, numberOf } from '../../federation/protocol/plain.ts';
import type { Words } from '../core/errors.ts';
import type { MatchShown } from '../federate/views.ts';
import { type Api, longMs } from './connect.ts';
import type { CliContext } from './context.ts';
import { type FederationShown, nameText, timeText } from './federation-book.ts';
import { printable } from './table.ts';

/** What is said of a proposal that is not there yet has no time and no log. */
const notYet = new Set(['proposedAtMs', 'log']);

export function printTerms(
  context: CliContext,
  view: FederationShown,
  terms: MatchTerms,
  options: { asked?: boolean } = {},
): void {
  const names = (member: string) => nameOf(view.members.find((one) => one.member === member)?.name, member);
  for (const { term, label, text } of wordsOfTerms(terms, names)) {
    if (options.asked !== true && notYet.has(term)) continue;
    context.print(context.words({ en: `${label.en}: ${text.en}`, zh: `${label.zh}：${text.zh}` }));
  }
}

const optionOf = (terms: Pick<MatchTerms, 'mode' | 'learns' | 'countFirst' | 'counter'>): MatchOption => {
  const { mode, learns, countFirst, counter } = terms;
  return { mode, learns, countFirst, counter: counter !== undefined };
};

/** By the rates of the node. @param items different ones of each side, all kinds together */
export async function describeMatch(
  api: Api,
  terms: Pick<MatchTerms, 'mode' | 'learns' | 'countFirst' | 'counter'>,
  items: number,
): Promise<OptionDescription> {
  const query = { initiator: items, responder: items };
  const { options } = await api.call<{ options: OptionDescription[] }>('GET', '/api/matches/options', {
    query,
    timeoutMs: longMs,
  });
  const wanted = optionOf(terms);
  return options.find(({ option }) => isDeepStrictEqual(option, wanted))!;
}

export function printOption(context: CliContext, description: OptionDescription, items: number): void {
  const { words, print } = context;
  const { statement, cost, trial, name } = description;
  const lines = (title: Words, all: readonly Words[]) => {
    if (all.length === 0) return;
    print(words(title));
    for (const line of all) print(`  ${words(line)}`);
  };
  print('');
  print(words(name));
  for (const role of ['initiator', 'responder'] as const)
    lines(roleTitle(roleWords[role]), [statement.receives[role], statement.learns[role]]);
  lines({ en: 'The coordinator', zh: '协调方' }, [statement.receives.coordinator, statement.learns.coordinator]);
  lines({ en: 'The minimum', zh: '最小数量' }, [statement.minimum]);
  lines({ en: 'Together', zh: '若有串通' }, statement.collusion);
  lines({ en: 'Not protected from', zh: '不能防止' }, [...statement.limits, ...trial]);
  const each = numberOf(items);
  lines({ en: `Cost, for ${each} items of each side`, zh: `开销（按每一方 ${each} 个条目）` }, cost.words);
}

const roleTitle = ({ en, zh }: Words): Words => ({ en: `The ${en}`, zh });

const phaseWords: { readonly [phase in MatchShown['phase']]: Words } = {
  proposed: { en: 'proposed, the other side decides', zh: '已提议，待对方决定' },
  asked: { en: 'asked, our officers decide', zh: '收到提议，待本方决定' },
  running: { en: 'running', zh: '进行中' },
  counted: { en: 'counted, officers look at it', zh: '已计数，待负责人查看' },
  ending: { en: 'ending, both sign', zh: '即将结束，双方签名' },
  ended: { en: 'ended', zh: '已结束' },
};
const waitingWords: { readonly [who: string]: Words } = {
  partner: { en: 'waits for the other side', zh: '等待对方' },
  counter: { en: 'waits for the counter', zh: '等待计数方' },
  officers: { en: 'waits for our officers', zh: '等待本方负责人' },
  coordinator: { en: 'waits for the coordinator', zh: '等待协调方' },
};
const resultWords: { readonly [result in NonNullable<MatchShown['outcome']>['result']]: Words } = {
  done: { en: 'done', zh: '完成' },
  'too-small': { en: 'too few shared, nothing shown', zh: '共有过少，未展示' },
  stopped: { en: 'stopped', zh: '已停止' },
  failed: { en: 'failed', zh: '失败' },
};

/** Where it stands, in a line. */
export function standText(
  { words }: CliContext,
  { phase, outcome, progress }: Pick<MatchShown, 'phase' | 'outcome' | 'progress'>,
): string {
  if (phase === 'ended' && outcome) return words(resultWords[outcome.result]);
  const waits = progress.waitingFor === undefined ? undefined : waitingWords[progress.waitingFor];
  const share = progress.total > 0 ? ` ${Math.floor((100 * progress.done) / progress.total)}%` : '';
  const left = progress.etaMs === undefined || progress.etaMs <= 0 ? undefined : durationOf(progress.etaMs / 1000);
  const running = phase === 'running' ? share : '';
  return [
    `${words(phaseWords[phase])}${running}`,
    ...(waits && phase !== 'proposed' && phase !== 'asked' ? [words(waits)] : []),
    ...(left && phase === 'running' ? [words({ en: `${left.en} left`, zh: `还需 ${left.zh}` })] : []),
  ].join(words({ en: ', ', zh: '，' }));
}

export function printMatches(context: CliContext, matches: readonly MatchShown[]): void {
  const titles = context.words({ en: 'match,with,how,what for,begun,state,shared', zh: '匹配,对方,方式,用途,时间,状态,共有' });
  context.printTable(
    titles.split(',').map((title, at) => (at === 6 ? { title, align: 'right' as const } : { title })),
    matches.map((one) => [
      one.session,
      nameText(context, one.partner.name),
      one.terms.mode,
      context.words(useWords[one.terms.use]),
      timeText(one.createdAtMs),
      standText(context, one),
      learnedText(one),
    ]),
  );
}

const learnedText = ({ learned, counted }: MatchShown): string => {
  const counts = learned?.items ?? counted?.counts;
  const items = counts && Object.values(counts).reduce((sum, count) => sum + count, 0);
  return String(learned?.customers ?? items ?? '');
};

export type MatchRead = Omit<MatchShown, 'alarms'> & {
  readonly alarms?: readonly { readonly reason: string; readonly like: string; readonly difference?: number }[];
  readonly override?: unknown;
  readonly taken?: { readonly customers: number; readonly withoutConsent?: number; readonly leftOut: { [code: string]: number } };
};

/** Below the terms: who approved, what each brought, what came of it, and what is to be done now. */
export function printState(context: CliContext, match: MatchRead): void {
  const { words, print } = context;
  print(words({ en: `State: ${standText(context, match)}`, zh: `状态：${standText(context, match)}` }));
  for (const [whose, all] of [
    [{ en: 'Approved by us', zh: '本方批准' }, match.officers.ours],
    [{ en: 'Approved by them', zh: '对方批准' }, match.officers.theirs],
  ] as const)
    for (const { officer, reason, atMs } of all)
      print(`${words(whose)}${words({ en: ': ', zh: '：' })}${printable(officer)}  ${timeText(atMs)}  ${printable(reason)}`);
  if (match.taken) {
    const { customers, withoutConsent = 0, leftOut } = match.taken;
    const others = Object.entries(leftOut).map(([code, count]) => `${code} ${count}`);
    const more = [
      ...(withoutConsent > 0 ? [words({ en: `no consent ${withoutConsent}`, zh: `未同意 ${withoutConsent}` })] : []),
      ...others,
    ];
    const out = more.length > 0 ? words({ en: `; left out: ${more.join(', ')}`, zh: `；略去：${more.join('，')}` }) : '';
    print(words({ en: `We bring: ${customers} customers${out}`, zh: `本方提供：${customers} 位客户${out}` }));
  }
  printCounts(context, { en: 'Our items', zh: '本方条目' }, match.mine);
  printCounts(context, { en: 'Their items', zh: '对方条目' }, match.theirs);
  printCounts(context, { en: 'Counted', zh: '计数' }, match.counted?.counts);
  printCounts(context, { en: 'Shared', zh: '共有' }, match.learned?.items);
  const { customers, sum } = match.learned ?? {};
  if (customers !== undefined) print(words({ en: `Shared customers: ${customers}`, zh: `共有客户：${customers}` }));
  if (sum !== undefined) print(words({ en: `Sum: ${sum}`, zh: `合计：${sum}` }));
  if (match.outcome?.reason)
    print(words({ en: `Reason: ${printable(match.outcome.reason)}`, zh: `理由：${printable(match.outcome.reason)}` }));
  if (match.why) print(`${words(match.why.message)} ${words(match.why.next)}`);
  printNext(context, match);
}

function printCounts({ words, print }: CliContext, title: Words, counts: { readonly [kind: string]: number } | undefined): void {
  if (counts === undefined) return;
  const all = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  print(words({ en: `${title.en}: ${all.join(', ')}`, zh: `${title.zh}：${all.join('，')}` }));
}

const alarmWords: { readonly [reason: string]: Words } = {
  repeated_set: {
    en: 'These customers were brought to this partner before, without a change.',
    zh: '此前已向该合作方提交过相同的客户集合。',
  },
  near_set: {
    en: 'These customers differ by a few from those brought to this partner before: the difference of the answers would tell of single ones.',
    zh: '与此前向该合作方提交的客户集合仅有少数差异，两次结果之差可能暴露个别客户。',
  },
  near_sizes: {
    en: 'The sizes of the partner’s lists are nearly those of an earlier match.',
    zh: '对方名单的规模与此前一次匹配几乎相同。',
  },
};

/** What an officer has to do now, as a command. */
export function printNext(context: CliContext, match: MatchRead): void {
  const { words, print } = context;
  const { session, phase, alarms = [], override, released } = match;
  if (phase === 'ended') return;
  for (const { reason, like, difference } of alarms) {
    const by = difference === undefined ? '' : ` (${difference})`;
    const said = alarmWords[reason] ?? { en: reason, zh: reason };
    print(words({ en: `! ${said.en}${by} Earlier match: ${like}`, zh: `! ${said.zh}${by} 此前的匹配：${like}` }));
  }
  const next = (command: string) => print(words({ en: `Next: ${command}`, zh: `下一步：${command}` }));
  if (alarms.some(({ reason }) => reason !== 'near_sizes') && override === undefined)
    next(`holdfast match override ${session} --note "…"`);
  if (phase === 'asked') next(`holdfast match join ${session} --reason "…"`);
  if (phase === 'counted' && !released.mine) next(`holdfast match release ${session} --reason "…"`);
}
