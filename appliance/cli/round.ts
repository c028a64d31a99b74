// `holdfast round`: models trained with other organisations. What this node would bring is looked at by a draft or a check before anybody agrees to
// anything; who agrees are two people on each side.

import { Command, Option } from 'commander';
import { privacyTermWords } from '../../federation/protocol/round/round-privacy-words.ts';
import type { RoundSchema } from '../../federation/protocol/round/round-terms.ts';
import { Fault } from '../core/errors.ts';
import { type RoundModelName, roundModels } from '../federate/rounds/round-defaults.ts';
import type { roundView, servedView } from '../federate/rounds/round-views.ts';
import { type AsPerson, offerAsPerson, withPerson } from './as-person.ts';
import { type Api, longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import {
  exampleOf,
  federationCalled,
  memberCalled,
  nameText,
  oneCalled,
  only,
  proposeAndTell,
  readBytes,
  timeText,
  withFederation,
  writeOut,
} from './federation-book.ts';
import { positiveUpTo, wholeNumber } from './numbers.ts';
import { roundFileCommands } from './round-files.ts';
import { keyCommands } from './round-key.ts';
import { layers, learnAsked } from './round-learn.ts';
import { collected, exposedWords, verticalCommands, verticalTerms } from './round-vertical.ts';
import { printable } from './table.ts';

export type RoundShown = ReturnType<typeof roundView> & { served?: ReturnType<typeof servedView>; readonly exposed?: number };
type Shares = { [feature: string]: number };
type DryRun = { rows: number; positives: number; persons?: number; missing: Shares; beyond?: Shares };
type Source = { purpose?: string; file?: string };
type Draft = Source & {
  question?: string;
  horizonDays?: number;
  activeDays?: number;
  label?: string;
  positive?: string;
  model: RoundModelName;
  out?: string;
};
type Propose = AsPerson &
  Source & {
    federation?: string;
    with: string[];
    custodian?: string;
    vertical?: true;
    match?: string[];
    columns?: string[];
    schema: string;
    for: string;
    reason: string;
    model: RoundModelName;
    trees?: number;
    depth?: number;
    rounds?: number;
    epochs?: number;
    hidden?: number[];
    epsilon?: number;
    delta?: number;
  };
type Vote = AsPerson & { adopt?: true; reject?: true; reason: string };

const schemaLimitBytes = 1_000_000;
/** @throws {Fault} `bad_request` */
function sourceOf({ purpose, file }: Source): object {
  if (file === undefined) return { from: 'customers', ...(purpose !== undefined && { purpose }) };
  if (purpose !== undefined) throw new Fault('bad_request', '--purpose: of own customers, not of a file');
  return { from: 'file', file };
}

export function command(context: CliContext): Command {
  const { words } = context;
  const group = new Command('round').addHelpText(
    'after',
    words({
      en: '\nTwo different people of each organisation take part: one proposes, another approves (holdfast approvals approve N --as LOGIN).\n\nExamples:\n  $ holdfast round draft --question churn --horizon-days 28 --out schema.json\n  $ holdfast round propose --with "South Bank" --with "East Telecom" --custodian "East Telecom" --schema schema.json --for churn.prevention --reason "annex 4" --as wang.min\n  $ holdfast round check 5f0c2a9b\n  $ holdfast round accept 5f0c2a9b --reason "annex 4" --as li.hua\n  $ holdfast round vote 5f0c2a9b --adopt --reason "better than ours" --as li.hua',
      zh: '\n每个机构须由两名不同人员参与：一人提议，另一人批准（holdfast approvals approve 编号 --as 登录名）。\n\n示例：\n  $ holdfast round draft --question churn --horizon-days 28 --out schema.json\n  $ holdfast round propose --with 南方银行 --with 东方电信 --custodian 东方电信 --schema schema.json --for churn.prevention --reason "附件四" --as wang.min\n  $ holdfast round check 5f0c2a9b\n  $ holdfast round accept 5f0c2a9b --reason "附件四" --as li.hua\n  $ holdfast round vote 5f0c2a9b --adopt --reason "优于本方模型" --as li.hua',
    }),
  );
  group
    .command('list')
    .description(words({ en: 'rounds, the newest first', zh: '列出联合训练（由新到旧）' }))
    .addHelpText('after', exampleOf(context, 'holdfast round list'))
    .action(() =>
      withNode(context, async (api) => {
        const answer = await api.call<{ rounds: RoundShown[] }>('GET', '/api/rounds');
        context.answer(answer, () => printList(context, answer.rounds));
      }),
    );
  group
    .command('show <round>')
    .description(words({ en: 'its terms, who agreed, how far it is, how it ended', zh: '查看条款、各方同意情况、进度与结果' }))
    .addHelpText('after', exampleOf(context, 'holdfast round show 5f0c2a9b'))
    .action((called: string) => withNode(context, async (api) => tell(context, await roundCalled(api, called))));
  trialCommands(context, group);
  decideCommands(context, group);
  resultCommands(context, group);
  verticalCommands(context, group, { roundCalled, tellDryRun });
  roundFileCommands(context, group);
  return group;
}

/** By its id or the beginning of it. @throws {Fault} `not_found`, `bad_request` where several begin so */
async function roundCalled(api: Api, called: string): Promise<RoundShown> {
  const { rounds } = await api.call<{ rounds: RoundShown[] }>('GET', '/api/rounds');
  return only(
    oneCalled(rounds, called, ({ round }) => [round]),
    `round ${called}`,
    called,
  );
}

const purposeWords = { en: 'whose consent counts, else that of the question', zh: '数据使用目的（默认为该问题的目的）' };

const fileWords = {
  en: 'rows of a file (holdfast round files) in place of own customers',
  zh: '使用文件中的行（holdfast round files）代替本方客户',
};

function trialCommands(context: CliContext, group: Command): void {
  const { words } = context;
  group
    .command('draft')
    .description(
      words({ en: 'a schema to propose, and what this node would bring', zh: '生成可提议的数据结构，并在本方数据上试运行' }),
    )
    .option('--question <name>', words({ en: 'a ready-made one, such as churn', zh: '预置问题，如 churn' }))
    .option('--file <name>', words(fileWords))
    .option(
      '--label <column>',
      words({ en: 'of a file: else the one that it was added with', zh: '文件中待预测的列（默认为上传时所指定）' }),
    )
    .option('--positive <value>', words({ en: 'of a file: the value to find', zh: '文件中要识别的取值' }))
    .option('--horizon-days <n>', words({ en: 'days that the answer looks ahead', zh: '预测天数' }), wholeNumber(1, 3650))
    .option(
      '--active-days <n>',
      words({ en: 'days back by which customers are chosen', zh: '选取客户的回溯天数' }),
      wholeNumber(1, 3650),
    )
    .option('--purpose <purpose>', words(purposeWords))
    .addOption(modelOption(context))
    .option('--out <file>', words({ en: 'writes the schema', zh: '写出数据结构' }))
    .addHelpText(
      'after',
      exampleOf(
        context,
        'holdfast round draft --question churn --horizon-days 28 --out schema.json',
        'holdfast round draft --question churn --model logistic --out schema.json',
        'holdfast round draft --file members-2026 --positive yes --out schema.json',
      ),
    )
    .action(({ out, purpose, file, ...asked }: Draft) =>
      withNode(context, async (api) => {
        if ((asked.question === undefined) === (file === undefined)) throw new Fault('bad_request', '--question or --file');
        const body = { ...asked, source: sourceOf({ ...(purpose && { purpose }), ...(file && { file }) }) };
        const draft = await api.call<{ schema: RoundSchema; dryRun: DryRun }>('POST', '/api/rounds/draft', {
          body,
          timeoutMs: longMs,
        });
        if (out !== undefined) writeOut(context, out, `${JSON.stringify(draft.schema, undefined, 1)}\n`);
        context.answer(draft, () => tellDryRun(context, draft.dryRun));
      }),
    );
  group
    .command('check <round>')
    .description(words({ en: 'what this node would bring to it; nothing leaves', zh: '试运行：本方可提供的数据（不外传）' }))
    .option('--purpose <purpose>', words(purposeWords))
    .option('--file <name>', words(fileWords))
    .addHelpText(
      'after',
      exampleOf(context, 'holdfast round check 5f0c2a9b', 'holdfast round check 5f0c2a9b --file members-2026'),
    )
    .action((called: string, source: Source) =>
      withNode(context, async (api) => {
        const { round } = await roundCalled(api, called);
        const body = { source: sourceOf(source) };
        const checked = await api.call<{ dryRun: DryRun }>('POST', `/api/rounds/${round}/check`, { body, timeoutMs: longMs });
        context.answer(checked, () => tellDryRun(context, checked.dryRun));
      }),
    );
}

function tellDryRun({ words, print }: CliContext, { rows, positives, persons, missing, beyond = {} }: DryRun): void {
  print(
    persons === undefined
      ? words({ en: `${rows} rows, ${positives} of them yes`, zh: `共 ${rows} 行，其中“是” ${positives} 行` })
      : words({
          en: `${rows} rows of ${persons} customers, ${positives} of them yes`,
          zh: `${persons} 位客户共 ${rows} 行，其中“是” ${positives} 行`,
        }),
  );
  for (const [feature, share] of Object.entries(beyond)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 20)) {
    print(
      words({
        en: `  ${printable(feature)}: ${(100 * share).toFixed(1)}% beyond the limit, and cut to it`,
        zh: `  ${printable(feature)}：${(100 * share).toFixed(1)}% 超出上限，按上限计`,
      }),
    );
  }
  // Of a category every level is a feature, and misses the same rows.
  const columns = new Map(Object.entries(missing).map(([feature, share]) => [feature.split(' = ')[0]!, share]));
  const gaps = [...columns].filter(([, share]) => share > 0);
  for (const [feature, share] of gaps.sort((a, b) => b[1] - a[1]).slice(0, 20)) {
    print(
      words({
        en: `  ${printable(feature)}: ${Math.round(100 * share)}% missing`,
        zh: `  ${printable(feature)}：缺失 ${Math.round(100 * share)}%`,
      }),
    );
  }
}

function modelOption({ words }: CliContext): Option {
  const about = { en: 'what is learned; the draft and the proposal say the same', zh: '训练的模型；试运行与提议须一致' };
  return new Option('--model <model>', words(about)).choices(roundModels).default('trees');
}

function decideCommands(context: CliContext, group: Command): void {
  const { words } = context;
  const why = words({ en: 'for whoever approves, and the transcript', zh: '理由（记入记录）' });
  withFederation(offerAsPerson(group.command('propose'), context), context)
    .description(words({ en: 'propose a round to other organisations', zh: '向其他机构提议联合训练' }))
    .requiredOption(
      '--with <member>',
      words({ en: 'another member, by name or id; each once', zh: '参与机构（可重复）' }),
      collected,
    )
    .option('--custodian <member>', words({ en: 'who keeps the key that opens sums', zh: '密钥保管方' }))
    .requiredOption(
      '--schema <file>',
      words({ en: 'as draft wrote it, or columns for --vertical', zh: '由 draft（或 columns）写出的数据结构' }),
    )
    .option(
      '--vertical',
      words({ en: 'over columns of the same people; this node has the labels', zh: '纵向训练：本方持有标签' }),
    )
    .option('--match <match>', words({ en: 'with --vertical: the match with each', zh: '纵向训练：与各方的匹配' }), collected)
    .option(
      '--columns <file>',
      words({ en: 'with --vertical: as columns wrote it at each', zh: '纵向训练：各方由 columns 写出的文件' }),
      collected,
    )
    .requiredOption('--for <purpose>', words({ en: 'what the model is for', zh: '模型用途' }))
    .requiredOption('--reason <text>', why)
    .option('--purpose <purpose>', words(purposeWords))
    .option('--file <name>', words(fileWords))
    .addOption(modelOption(context))
    .option('--trees <n>', words({ en: 'trees (30; 20 with noise)', zh: '树的数量（30；加噪声时 20）' }), wholeNumber(1, 1000))
    .option('--depth <n>', words({ en: 'their depth (4; 1 with noise)', zh: '树的深度（4；加噪声时 1）' }), wholeNumber(1, 16))
    .option(
      '--epsilon <e>',
      words({ en: 'noise that promises so much to each row', zh: '加噪声，对每一行数据的承诺 ε' }),
      positiveUpTo(1000),
    )
    .option('--delta <d>', words({ en: 'of that promise', zh: '承诺中的 δ' }), positiveUpTo(0.01))
    .option('--rounds <n>', words({ en: 'averages of updates at most', zh: '平均更新的最大轮数' }), wholeNumber(1, 1000))
    .option('--epochs <n>', words({ en: 'passes over own rows between averages', zh: '每轮本地训练遍数' }), wholeNumber(1, 100))
    .option(
      '--hidden <units>',
      words({ en: 'a neural model: units of its layers, such as 16 or 16,8', zh: '神经网络各层单元数，如 16 或 16,8' }),
      layers,
    )
    .addHelpText(
      'after',
      exampleOf(
        context,
        'holdfast round propose --with "South Bank" --with "East Telecom" --custodian "East Telecom" --schema schema.json --for churn.prevention --reason "annex 4" --as wang.min',
        'holdfast round propose --vertical --with "South Bank" --match 5f0c2a9b --columns columns.json --schema own.json --for churn.prevention --reason "annex 5" --as wang.min',
        'holdfast round propose --with "South Bank" --with "East Telecom" --custodian "East Telecom" --schema schema.json --model fedprox --for churn.prevention --reason "annex 4" --as wang.min',
      ),
    )
    .action((options: Propose) => withPerson(context, options, (api) => propose(context, api, options)));
  offerAsPerson(group.command('accept <round>'), context)
    .description(words({ en: 'take part in it with customers of this node, or a file', zh: '以本方客户数据或文件参与' }))
    .requiredOption('--reason <text>', why)
    .option('--purpose <purpose>', words(purposeWords))
    .option('--file <name>', words(fileWords))
    .addHelpText('after', exampleOf(context, 'holdfast round accept 5f0c2a9b --reason "annex 4" --as li.hua'))
    .action((called: string, { reason, ...given }: AsPerson & Source & { reason: string }) =>
      withPerson(context, given, async (api) => {
        const { round } = await roundCalled(api, called);
        await proposeAndTell(context, api, { kind: 'round.accept', payload: { round, source: sourceOf(given) }, reason });
      }),
    );
  keyCommands({ context, group, roundCalled, tell: (round) => tell(context, round) });
  offerAsPerson(group.command('vote <round>'), context)
    .description(words({ en: 'say whether its model is to be adopted', zh: '对模型投票' }))
    .option('--adopt', words({ en: 'yes', zh: '采用' }))
    .option('--reject', words({ en: 'no', zh: '不采用' }))
    .requiredOption('--reason <text>', why)
    .addHelpText('after', exampleOf(context, 'holdfast round vote 5f0c2a9b --adopt --reason "better than ours" --as li.hua'))
    .action((called: string, { adopt, reject, reason, ...person }: Vote) => {
      if (adopt === reject) throw new Fault('bad_request', '--adopt or --reject');
      return withPerson(context, person, async (api) => {
        const { round } = await roundCalled(api, called);
        tell(
          context,
          await api.call<RoundShown>('POST', `/api/rounds/${round}/vote`, { body: { adopt: adopt === true, reason } }),
        );
      });
    });
  offerAsPerson(group.command('stop <round>'), context)
    .description(words({ en: 'decline or stop it, for all; the others read why', zh: '拒绝或停止，其他机构可见理由' }))
    .requiredOption('--reason <text>', words({ en: 'why', zh: '理由' }))
    .addHelpText('after', exampleOf(context, 'holdfast round stop 5f0c2a9b --reason "no contract covers this" --as chen.li'))
    .action((called: string, { reason, ...person }: AsPerson & { reason: string }) =>
      withPerson(context, person, async (api) => {
        const { round } = await roundCalled(api, called);
        tell(context, await api.call<RoundShown>('POST', `/api/rounds/${round}/stop`, { body: { reason } }));
      }),
    );
}

async function propose(context: CliContext, api: Api, options: Propose): Promise<void> {
  const view = await federationCalled(api, options.federation);
  const payload = {
    federation: view.federation,
    members: options.with.map((called) => memberCalled(view, called).member),
    purpose: options.for,
    reason: options.reason,
    ...(options.vertical ? await verticalTerms(context, api, view, options) : horizontalTerms(context, view, options)),
    source: sourceOf(options),
  };
  await proposeAndTell(context, api, { kind: 'round.propose', payload, reason: options.reason });
}

function horizontalTerms(context: CliContext, view: Awaited<ReturnType<typeof federationCalled>>, options: Propose) {
  if (options.custodian === undefined) throw new Fault('bad_request', '--custodian: who keeps the key that opens sums');
  let schema: RoundSchema;
  try {
    schema = JSON.parse(readBytes(context, options.schema, schemaLimitBytes).toString('utf8')) as RoundSchema;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('unreadable_file', `${options.schema}: not JSON`, { cause: error });
  }
  return {
    custodian: memberCalled(view, options.custodian).member,
    schema,
    ...(options.epsilon !== undefined && {
      privacy: { epsilon: options.epsilon, ...(options.delta !== undefined && { delta: options.delta }) },
    }),
    learn: learnAsked(options),
  };
}

function resultCommands(context: CliContext, group: Command): void {
  const { words } = context;
  const out = words({ en: 'else on the screen', zh: '输出文件（否则显示在屏幕上）' });
  group
    .command('model <round>')
    .description(words({ en: 'the model that it brought', zh: '取得训练出的模型' }))
    .option('--out <file>', out)
    .addHelpText('after', exampleOf(context, 'holdfast round model 5f0c2a9b --out model.json'))
    .action((called: string, { out: file }: { out?: string }) => fetchInto(context, called, 'model', file));
  group
    .command('transcript <round>')
    .description(words({ en: 'what all have signed, for a third party to verify', zh: '各方签名的记录，可供第三方验证' }))
    .option('--out <file>', out)
    .addHelpText('after', exampleOf(context, 'holdfast round transcript 5f0c2a9b --out round.ndjson'))
    .action((called: string, { out: file }: { out?: string }) => fetchInto(context, called, 'transcript', file));
  group
    .command('report <round>')
    .description(words({ en: 'the report for compliance, in Markdown', zh: '合规报告（Markdown）' }))
    .option('--out <file>', out)
    .addHelpText('after', exampleOf(context, 'holdfast round report 5f0c2a9b --out report.md'))
    .action((called: string, { out: file }: { out?: string }) =>
      fetchInto(context, called, `report?language=${context.language}&format=markdown`, file),
    );
}

async function fetchInto(context: CliContext, called: string, what: string, out?: string): Promise<void> {
  await withNode(context, async (api) => {
    const { round } = await roundCalled(api, called);
    const bytes = await api.download(`/api/rounds/${round}/${what}`, longMs);
    if (out === undefined) return void context.io.stdout.write(bytes.toString('utf8'));
    const file = writeOut(context, out, bytes);
    context.answer({ file }, () => context.print(context.words({ en: `Written to ${file}.`, zh: `已写入 ${file}。` })));
  });
}

const phases = {
  asked: { en: 'your officers have to decide', zh: '待本方负责人决定' },
  agreeing: { en: 'others have to decide', zh: '待其他机构决定' },
  training: { en: 'training', zh: '训练中' },
  custody_locked: { en: 'stands still: the key waits for its shares', zh: '已暂停：密钥等待提供份额' },
  voting: { en: 'voting', zh: '投票中' },
  ended: { en: 'ended', zh: '已结束' },
} as const;
const results = {
  adopted: { en: 'adopted', zh: '已采用' },
  rejected: { en: 'rejected', zh: '未采用' },
  stopped: { en: 'stopped', zh: '已停止' },
} as const;

function standText({ words }: CliContext, { phase, ended, progress, why }: RoundShown): string {
  if (ended) return [words(results[ended.result]), ...(why ? [words(why.message)] : [])].join(': ');
  const sums = progress.sums > 0 ? words({ en: `, ${progress.sums} sums`, zh: `，已完成 ${progress.sums} 次汇总` }) : '';
  const asked = progress.exchanges;
  const steps = asked > 0 ? words({ en: `, ${asked} steps`, zh: `，已完成 ${asked} 步` }) : '';
  return `${words(phases[phase])}${sums}${steps}`;
}

function printList(context: CliContext, rounds: readonly RoundShown[]): void {
  const { words, print } = context;
  if (rounds.length === 0)
    print(words({ en: 'No round yet: holdfast round draft --help', zh: '尚无联合训练：holdfast round draft --help' }));
  for (const round of rounds) {
    print(`${round.round}  ${timeText(round.createdAtMs)}  ${round.terms.schema.label.name}  ${standText(context, round)}`);
  }
}

/** What the model became here. */
function servedText({ words }: CliContext, served: NonNullable<RoundShown['served']>): string {
  if ('kept' in served) return words(served.why);
  const { model, version } = served;
  return words({
    en: `Model: ${model}-${version}; "holdfast model card ${model} --version ${version} --out card.html" shows it, "holdfast model promote ${model} ${version}" lets it serve`,
    zh: `模型：${model}-${version}；用 "holdfast model card ${model} --version ${version} --out card.html" 查看，用 "holdfast model promote ${model} ${version}" 启用`,
  });
}

function tell(context: CliContext, round: RoundShown): void {
  const { words, print } = context;
  context.answer(round, () => {
    const { terms } = round;
    print(`${round.round}  ${standText(context, round)}`);
    print(
      words({
        en: `${terms.learn.kind} for ${terms.schema.label.name} from ${terms.schema.features.length} features, for ${terms.purpose}: ${printable(terms.reason)}`,
        zh: `以 ${terms.schema.features.length} 个特征训练 ${terms.schema.label.name} 的 ${terms.learn.kind} 模型，目的 ${terms.purpose}：${printable(terms.reason)}`,
      }),
    );
    const noise = words(privacyTermWords(terms));
    print(words({ en: `Noise: ${noise}`, zh: `噪声：${noise}` }));
    for (const { name, accepted, leftOut, metrics, vote } of round.members) {
      const said = [
        accepted ? words({ en: 'agreed', zh: '已同意' }) : words({ en: 'has not decided', zh: '未决定' }),
        ...(leftOut ? [words({ en: 'left out', zh: '已退出' })] : []),
        ...(metrics?.auc !== undefined ? [`AUC ${metrics.auc.toFixed(4)}`] : []),
        ...(vote ? [vote.adopt ? words({ en: 'votes yes', zh: '赞成' }) : words({ en: 'votes no', zh: '反对' })] : []),
      ];
      print(`  ${nameText(context, name)}: ${said.join(', ')}`);
    }
    const { custodian } = round;
    if (round.terms.learn.kind === 'vertical-trees') {
      if (round.exposed !== undefined) print(words(exposedWords(round.exposed)));
      return void (round.why && print(words(round.why.next)));
    }
    const held = custodian.agreed ? words({ en: 'has made it', zh: '已生成' }) : words({ en: 'has not decided', zh: '未决定' });
    print(
      words({
        en: `Key: ${nameText(context, custodian.name)} ${held}`,
        zh: `密钥：${nameText(context, custodian.name)} ${held}`,
      }),
    );
    if (custodian.key) printKey(context, round.round, custodian.key);
    if (round.served) print(servedText(context, round.served));
    if (round.why) print(words(round.why.next));
  });
}

function printKey({ words, print }: CliContext, round: string, key: NonNullable<RoundShown['custodian']['key']>): void {
  const { shares, needed, unfetched, locked, given } = key;
  const called = round.slice(0, 8);
  print(
    words({
      en: `  in ${shares} shares, ${needed} of which open it${unfetched > 0 ? `; ${unfetched} are to be fetched: holdfast round share ${called}` : ''}`,
      zh: `  拆分为 ${shares} 份，其中 ${needed} 份可打开${unfetched > 0 ? `；尚有 ${unfetched} 份待领取：holdfast round share ${called}` : ''}`,
    }),
  );
  if (locked)
    print(
      words({
        en: `  locked: ${given} of ${needed} given: holdfast round unlock ${called} --share FILE`,
        zh: `  已锁定：已提供 ${given}/${needed} 份：holdfast round unlock ${called} --share 文件`,
      }),
    );
}
