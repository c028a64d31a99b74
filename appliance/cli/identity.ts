// `holdfast identity`: why records are one person, the review queue, merging and splitting, and matching everybody.

import { Command, Option } from 'commander';
import type { Explanation, ProfileView, ReindexProgress, Review } from '../record/profiles/profiles.ts';
import { type Api, longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';
import { nameOf, textOf } from './profile-page.ts';
import { printable } from './table.ts';
import { printWaterfall } from './waterfall.ts';

/** How often a walk under way is asked how far it is. */
const askEveryMs = 250;

type Decided = { decisionId: number; profiles: string[] };

export function command(context: CliContext): Command {
  const { words } = context;
  const identity = new Command('identity').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast identity match\n  $ holdfast identity queue\n  $ holdfast identity show 3\n  $ holdfast identity decide 3 same\n  $ holdfast identity merge p42 p77 --reason "same card shown"\n  $ holdfast identity unmerge p42 --records 57',
      zh: '\n示例：\n  $ holdfast identity match\n  $ holdfast identity queue\n  $ holdfast identity show 3\n  $ holdfast identity decide 3 same\n  $ holdfast identity merge p42 p77 --reason "出示同一张卡"\n  $ holdfast identity unmerge p42 --records 57',
    }),
  );
  const reason = ['--reason <text>', words({ en: 'kept with the decision', zh: '随决定一并保存的理由' })] as const;
  identity
    .command('why <profile>')
    .description(words({ en: 'why these records are one person', zh: '为何这些记录属于同一人' }))
    .action((profile: string) => withNode(context, (api) => why(context, api, profile)));
  identity
    .command('match')
    .description(
      words({ en: 'compare everybody: merge sure pairs, queue likely ones', zh: '全量比对：确定的合并，可能的进入待审' }),
    )
    .action(() => withNode(context, (api) => match(context, api)));
  identity
    .command('queue')
    .description(words({ en: 'pairs that wait for a decision', zh: '待人工判定的记录对' }))
    .option('--rows <number>', words({ en: 'how many to show', zh: '显示条数' }), wholeNumber(1, 200), 30)
    .action((options: { rows: number }) => withNode(context, (api) => queue(context, api, options.rows)));
  identity
    .command('show <review>')
    .description(words({ en: 'one pair side by side, with the weights', zh: '并排显示一对及其权重' }))
    .action((review: string) => withNode(context, (api) => show(context, api, review)));
  identity
    .command('decide')
    .argument('<review>')
    .addArgument(new Command().createArgument('<verdict>').choices(['same', 'different']))
    .description(words({ en: 'decide a pair of the queue', zh: '判定待审的一对' }))
    .option(...reason)
    .action((review: string, verdict: string, options: { reason?: string }) =>
      withNode(context, async (api) =>
        decided(context, await api.call('POST', `/api/identity/reviews/${review}`, { body: { verdict, ...options } })),
      ),
    );
  identity
    .command('merge <left> <right>')
    .description(words({ en: 'declare two people to be one', zh: '声明两份档案为同一人' }))
    .option(...reason)
    .action((left: string, right: string, options: { reason?: string }) =>
      withNode(context, async (api) =>
        decided(context, await api.call('POST', '/api/identity/merge', { body: { left, right, ...options } })),
      ),
    );
  identity
    .command('unmerge <profile>')
    .description(words({ en: 'take the latest merge back, or split records off', zh: '撤销最近一次合并，或拆出指定记录' }))
    .addOption(
      new Option(
        '--records <ids>',
        words({ en: 'record numbers to split off, separated by commas', zh: '要拆出的记录编号，逗号分隔' }),
      ),
    )
    .option(...reason)
    .action((person: string, options: { records?: string; reason?: string }) =>
      withNode(context, (api) => unmerge(context, api, person, options)),
    );
  identity
    .command('retract <decision>')
    .description(words({ en: 'take a decision back', zh: '撤回一项决定' }))
    .option(...reason)
    .action((decision: string, options: { reason?: string }) =>
      withNode(context, async (api) =>
        decided(context, await api.call('POST', `/api/identity/decisions/${decision}/retract`, { body: options })),
      ),
    );
  identity
    .command('index')
    .description(
      words({
        en: 'whether identifiers fit the configuration, or how far they are being made anew',
        zh: '标识符索引是否与配置一致，或重建进度',
      }),
    )
    .action(() => withNode(context, (api) => index(context, api)));
  return identity;
}

async function why(context: CliContext, api: Api, profile: string): Promise<void> {
  const reasons = await api.call<Explanation>('GET', `/api/profiles/${profile}/identity`);
  context.answer(reasons, () => {
    for (const { leftRecord, rightRecord, identifier, decisionId } of reasons.joinedBy) {
      const because = identifier
        ? printable(`${identifier.kind} ${identifier.value}`)
        : context.words({ en: `decision ${decisionId}`, zh: `决定 ${decisionId}` });
      context.print(`${leftRecord} = ${rightRecord}  ${because}`);
    }
    for (const { leftRecord, rightRecord, identifier, otherPersons } of reasons.refused) {
      const because = identifier ? printable(`${identifier.kind} ${identifier.value}`) : '';
      context.print(`${leftRecord} ≠ ${rightRecord}  ${because}  ${otherPersons.join(' ')}`);
    }
    for (const { id, verdict, actor, madeBy, probability, reason } of reasons.decisions) {
      const by = madeBy === 'alias' ? 'alias' : (actor ?? madeBy);
      const said =
        verdict === 'same' ? context.words({ en: 'same', zh: '同一人' }) : context.words({ en: 'different', zh: '不同人' });
      const details = [
        said,
        by,
        ...(probability === undefined ? [] : [`${(probability * 100).toFixed(1)}%`]),
        ...(reason ? [reason] : []),
      ];
      context.print(`${context.words({ en: 'decision', zh: '决定' })} ${id}: ${details.join(', ')}`);
    }
    if (reasons.joinedBy.length + reasons.refused.length + reasons.decisions.length === 0)
      context.note({ en: 'One record; nothing joined it to another.', zh: '仅一条记录，未与其他记录合并。' });
  });
}

async function match(context: CliContext, api: Api): Promise<void> {
  const outcome = await api.call<{ compared: number; merged: number; queued: number }>('POST', '/api/identity/match', {
    timeoutMs: longMs,
  });
  context.answer(outcome, () =>
    context.print(
      context.words({
        en: `${outcome.compared} records compared: ${outcome.merged} merged, ${outcome.queued} more to decide ("holdfast identity queue")`,
        zh: `已比对 ${outcome.compared} 条记录：合并 ${outcome.merged}，新增待判定 ${outcome.queued}（"holdfast identity queue"）`,
      }),
    ),
  );
}

async function index(context: CliContext, api: Api): Promise<void> {
  let progress = await api.call<ReindexProgress>('GET', '/api/identity/index');
  const shown = context.progress({ en: 'Making the index anew', zh: '正在重建索引' });
  // A folder opened here closes with this command, so there is nobody to leave the work to.
  while (api.local && progress.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
    progress = await api.call<ReindexProgress>('GET', '/api/identity/index');
    shown.update(progress.done, progress.total);
  }
  shown.end();
  const { state, done, total, code } = progress;
  context.answer(progress, () =>
    context.print(
      state === 'done'
        ? context.words({ en: 'The identifiers of all records fit the configuration.', zh: '所有记录的标识符均与配置一致。' })
        : context.words({
            en: `Being made anew for the changed configuration: ${state}, ${done} of ${total}${code ? ` (${code})` : ''}`,
            zh: `配置已变更，正在重建：${states[state]}，${done}/${total}${code ? `（${code}）` : ''}`,
          }),
    ),
  );
}

const states = { running: '进行中', waiting: '等待重试', done: '已完成', failed: '失败' } as const;

async function queue(context: CliContext, api: Api, rows: number): Promise<void> {
  const { reviews } = await api.call<{ reviews: Review[] }>('GET', '/api/identity/reviews');
  const { words } = context;
  if (context.json) return context.printJson({ reviews });
  if (reviews.length === 0)
    return context.note({
      en: 'Nothing waits. "holdfast identity match" compares everybody.',
      zh: '没有待判定的记录对。"holdfast identity match" 进行全量比对。',
    });
  const shown = reviews.slice(0, rows);
  const names = new Map<string, string>();
  for (const id of new Set(shown.flatMap(({ left, right }) => [left, right])))
    names.set(id, nameOf(await api.call<ProfileView>('GET', `/api/profiles/${id}`)));
  context.printTable(
    [
      { title: words({ en: 'review', zh: '编号' }), align: 'right' },
      { title: words({ en: 'one', zh: '甲' }) },
      { title: '' },
      { title: words({ en: 'other', zh: '乙' }) },
      { title: '' },
      { title: words({ en: 'chance', zh: '概率' }), align: 'right' },
    ],
    shown.map(({ reviewId, left, right, probability }) => [
      String(reviewId),
      left,
      names.get(left) ?? '',
      right,
      names.get(right) ?? '',
      `${(probability * 100).toFixed(1)}%`,
    ]),
  );
  const rest = reviews.length - shown.length;
  if (rest > 0) context.note({ en: `and ${rest} more (--rows)`, zh: `另有 ${rest} 对（--rows）` });
}

async function show(context: CliContext, api: Api, reviewId: string): Promise<void> {
  type Shown = Review & { leftProfile: ProfileView; rightProfile: ProfileView };
  const review = await api.call<Shown>('GET', `/api/identity/reviews/${reviewId}`);
  context.answer(review, () => {
    const traits = [...new Set([...Object.keys(review.leftProfile.traits), ...Object.keys(review.rightProfile.traits)])].sort();
    const value = (profile: ProfileView, trait: string) => textOf(profile.traits[trait]?.value ?? '');
    context.printTable(
      [{ title: '' }, { title: review.left }, { title: review.right }],
      traits.map((trait) => [trait, value(review.leftProfile, trait), value(review.rightProfile, trait)]),
    );
    context.print('');
    printWaterfall(context, review.weights, review.probability);
  });
}

async function unmerge(
  context: CliContext,
  api: Api,
  person: string,
  options: { records?: string; reason?: string },
): Promise<void> {
  const records = options.records?.split(',').map(wholeNumber(0, Number.MAX_SAFE_INTEGER));
  const body = { person, ...(records && { records }), ...(options.reason !== undefined && { reason: options.reason }) };
  decided(context, await api.call('POST', '/api/identity/unmerge', { body }));
}

function decided(context: CliContext, outcome: Decided): void {
  context.answer(outcome, () =>
    context.print(
      context.words({
        en: `Decision ${outcome.decisionId}. Now: ${outcome.profiles.join(', ')}`,
        zh: `决定 ${outcome.decisionId}。现为：${outcome.profiles.join('、')}`,
      }),
    ),
  );
}
