// `holdfast round columns|propose --vertical|scores`: rounds over columns of two or three organisations. Who has the labels proposes; the others give it
// the names of their columns beforehand, as a file that `columns` writes.

import type { Command } from 'commander';
import type { RoundSchema } from '../../federation/protocol/round/round-terms.ts';
import { Fault } from '../core/errors.ts';
import { csvCell, harmlessCell } from '../core/tables/tables.ts';
import { type AsPerson, offerAsPerson, withPerson } from './as-person.ts';
import { type Api, longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import {
  exampleOf,
  federationCalled,
  matchCalled,
  memberCalled,
  readBytes,
  withFederation,
  writeOut,
} from './federation-book.ts';
import { wholeNumber } from './numbers.ts';

type Features = RoundSchema['features'];
/** What `columns` writes: of who has the labels, also label and question. */
type Columns = { asOfMs: number; features: Features; label?: RoundSchema['label']; question?: RoundSchema['question'] };
type DryRun = { rows: number; positives: number; persons: number; missing: { [feature: string]: number } };
type Asked = {
  federation?: string;
  with: string[];
  match: string[];
  asOf: number;
  for: string;
  purpose?: string;
  question?: string;
  horizonDays?: number;
  activeDays?: number;
  out?: string;
};
export type VerticalProposal = {
  with: string[];
  match?: string[];
  columns?: string[];
  schema: string;
  trees?: number | undefined;
  depth?: number | undefined;
};
type Page = { scored: number; scores: { id: string; score: number }[]; next?: number };

const fileLimitBytes = 1_000_000;
const pageRows = 500;
export const collected = (value: string, before: string[] = []) => [...before, value];

function dayText(text: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw new Fault('bad_request', '--as-of: a day, such as 2026-08-01');
  return ms;
}

/** What sums of few rows told the owner of the labels of this node's columns. */
export function exposedWords(share: number): { en: string; zh: string } {
  const percent = Number((100 * share).toPrecision(2));
  return {
    en: `Of our columns sums over fewer than five rows told ${percent} % of the cells.`,
    zh: `少于五行之和透露了本方列中 ${percent} % 的单元格。`,
  };
}

/** @param tellDryRun prints counts of a dry run */
export function verticalCommands(
  context: CliContext,
  group: Command,
  {
    roundCalled,
    tellDryRun,
  }: {
    roundCalled(api: Api, called: string): Promise<{ round: string }>;
    tellDryRun(context: CliContext, run: DryRun): void;
  },
): void {
  const { words } = context;
  withFederation(group.command('columns'), context)
    .description(
      words({
        en: 'columns that this node can bring to a round over the same people, and of how many; nothing leaves',
        zh: '本方可为相同人员的纵向训练提供的列与人数（不外传）',
      }),
    )
    .requiredOption('--with <member>', words({ en: 'the other side; each once', zh: '对方机构（可重复）' }), collected)
    .requiredOption(
      '--match <match>',
      words({ en: 'the match with it, in the same order', zh: '与其的匹配（顺序相同）' }),
      collected,
    )
    .requiredOption('--as-of <day>', words({ en: 'how things stood on that day (UTC)', zh: '数据截止日（UTC）' }), dayText)
    .requiredOption('--for <purpose>', words({ en: 'what the model is for', zh: '模型用途' }))
    .option('--purpose <purpose>', words({ en: 'whose consent counts, as this node calls it', zh: '本节点的数据使用目的' }))
    .option('--question <name>', words({ en: 'of who has the labels, such as churn', zh: '持有标签一方的问题，如 churn' }))
    .option('--horizon-days <n>', words({ en: 'days that the answer looks ahead', zh: '预测天数' }), wholeNumber(1, 3650))
    .option(
      '--active-days <n>',
      words({ en: 'days back by which customers are chosen', zh: '选取客户的回溯天数' }),
      wholeNumber(1, 3650),
    )
    .option('--out <file>', words({ en: 'writes the names of the columns, for who proposes', zh: '写出列名文件，交给提议方' }))
    .addHelpText(
      'after',
      exampleOf(
        context,
        'holdfast round columns --with "North Retail" --match 5f0c2a9b --as-of 2026-08-01 --for churn.prevention --out columns.json',
        'holdfast round columns --with "South Bank" --match 5f0c2a9b --as-of 2026-08-01 --for churn.prevention --question churn --horizon-days 28 --active-days 56 --out own.json',
      ),
    )
    .action((asked: Asked) => withNode(context, (api) => columns(context, api, asked, tellDryRun)));
  offerAsPerson(group.command('scores <round>'), context)
    .description(words({ en: 'what its trees say of our own customers, on the side of the labels', zh: '标签方客户的评分' }))
    .requiredOption('--out <file>', words({ en: 'a CSV file to write', zh: '输出的 CSV 文件' }))
    .option('--purpose <purpose>', words({ en: 'what they are read for, where a role asks', zh: '读取目的（角色要求时）' }))
    .addHelpText('after', exampleOf(context, 'holdfast round scores 5f0c2a9b --out scores.csv --as wang.min'))
    .action((called: string, { out, purpose, ...person }: AsPerson & { out: string; purpose?: string }) =>
      withPerson(context, person, async (api) => {
        const { round } = await roundCalled(api, called);
        const lines = ['id,score\n'];
        for (let after: number | undefined = 0; after !== undefined; ) {
          const page: Page = await api.call<Page>('GET', `/api/rounds/${round}/scores`, {
            query: { after, limit: pageRows },
            ...(purpose !== undefined && { purpose }),
          });
          for (const { id, score } of page.scores) lines.push(`${csvCell(harmlessCell(id))},${score}\n`);
          after = page.next;
        }
        const file = writeOut(context, out, lines.join(''));
        const scored = lines.length - 1;
        context.answer({ file, scored }, () =>
          context.print(words({ en: `${scored} scores are in ${file}.`, zh: `${scored} 个评分已写入 ${file}。` })),
        );
      }),
    );
}

async function columns(
  context: CliContext,
  api: Api,
  asked: Asked,
  tellDryRun: (context: CliContext, run: DryRun) => void,
): Promise<void> {
  const view = await federationCalled(api, asked.federation);
  const matches = await matchesOf(api, view, asked.with, asked.match);
  const { question, horizonDays, activeDays, purpose, asOf } = asked;
  if (question !== undefined && (horizonDays === undefined || activeDays === undefined))
    throw new Fault('bad_request', '--question: wants --horizon-days and --active-days');
  const body = {
    matches,
    asOfMs: asOf,
    purpose: asked.for,
    ...(question !== undefined && { question: { name: question, horizonDays, activeDays } }),
    source: { from: 'customers', ...(purpose !== undefined && { purpose }) },
  };
  const drafted = await api.call<{ columns: Columns; dryRun: DryRun }>('POST', '/api/rounds/draft/columns', {
    body,
    timeoutMs: longMs,
  });
  if (asked.out !== undefined) writeOut(context, asked.out, `${JSON.stringify(drafted.columns, undefined, 1)}\n`);
  context.answer(drafted, () => tellDryRun(context, drafted.dryRun));
}

type View = Awaited<ReturnType<typeof federationCalled>>;

async function matchesOf(
  api: Api,
  view: View,
  members: readonly string[],
  called: readonly string[],
): Promise<{ [member: string]: string }> {
  if (members.length !== called.length) throw new Fault('bad_request', '--match: one for each --with, in the same order');
  const matches: { [member: string]: string } = {};
  for (const [at, match] of called.entries()) {
    matches[memberCalled(view, members[at]!).member] = (await matchCalled(api, match)).session;
  }
  return matches;
}

/** What a proposal of a vertical round says beside what all say. @throws {Fault} `bad_request` */
export async function verticalTerms(context: CliContext, api: Api, view: View, options: VerticalProposal) {
  const own = columnsIn(context, options.schema);
  if (!own.label || !own.question)
    throw new Fault('bad_request', '--schema: columns with a question, as who has the labels drafts them');
  const { with: members, match = [], columns: files = [] } = options;
  const matches = await matchesOf(api, view, members, match);
  if (files.length !== members.length) throw new Fault('bad_request', '--columns: one file for each --with, in the same order');
  const theirs = members.map((called, at) => {
    const { asOfMs, features } = columnsIn(context, files[at]!);
    if (asOfMs !== own.asOfMs) throw new Fault('bad_request', `${files[at]}: of another day than ${options.schema}`);
    return { member: memberCalled(view, called).member, features };
  });
  theirs.sort((a, b) => (a.member < b.member ? -1 : 1));
  const all = [{ member: view.member!, features: own.features }, ...theirs];
  return {
    schema: {
      label: own.label,
      question: own.question,
      features: all.flatMap(({ member, features }) => features.map((feature) => ({ ...feature, of: member }))),
    },
    learn: {
      ...{ kind: 'vertical-trees', rows: { by: 'match', matches, asOfMs: own.asOfMs } },
      ...(options.trees !== undefined && { trees: options.trees }),
      ...(options.depth !== undefined && { maxDepth: options.depth, maxLeaves: Math.min(4096, 2 ** options.depth) }),
    },
  };
}

function columnsIn(context: CliContext, file: string): Columns {
  try {
    return JSON.parse(readBytes(context, file, fileLimitBytes).toString('utf8')) as Columns;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('unreadable_file', `${file}: not JSON`, { cause: error });
  }
}
