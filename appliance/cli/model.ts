// `holdfast model`: versions of models, which of them serves, and the scores they give.

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Command } from 'commander';
import { Fault, type Words } from '../core/errors.ts';
import type { ScoreShown } from '../core/model/customer-decisions.ts';
import type { JobView, Lineage } from '../decide/models/models.ts';
import { type Api, longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { readJsonFile } from './json-file.ts';
import { wholeNumber } from './numbers.ts';
import { followTo } from './train-node.ts';

type State = 'trained' | 'challenger' | 'champion' | 'retired';
type Version = {
  number: number;
  name: string;
  state: State;
  createdAtMs: number;
  figures?: { rocAuc: number; newest?: { rocAuc: number } };
  comparison?: { verdict: 'better' | 'worse' | 'alike' };
  suspects?: string[];
  lineage?: Lineage;
  history: { state: State; atMs: number; by: string; reason?: string }[];
};
type Model = {
  name: string;
  title: Words;
  champion?: number;
  schedule?: { everyDays: number; promote: string };
  serving?: { state: 'reading' | 'serving' | 'failed'; customers: number; where?: string };
  versions?: Version[];
};

const states: { readonly [state in State]: Words } = {
  trained: { en: 'trained', zh: '已训练' },
  challenger: { en: 'challenger', zh: '候选' },
  champion: { en: 'serves', zh: '启用中' },
  retired: { en: 'retired', zh: '已停用' },
};
const servingStates: { readonly [state in 'reading' | 'serving' | 'failed']: Words } = {
  reading: { en: 'reading customers', zh: '正在读取客户' },
  serving: { en: 'serving', zh: '服务中' },
  failed: { en: 'failed', zh: '失败' },
};
const largest = wholeNumber(1, Number.MAX_SAFE_INTEGER);

export function command(context: CliContext): Command {
  const { words } = context;
  const model = new Command('model').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast model list\n  $ holdfast model show churn\n  $ holdfast model card churn --out card.html\n  $ holdfast model promote churn 3 --reason "better on the newest rows"\n  $ holdfast model retrain churn --every 30\n  $ holdfast model score p42\n  $ holdfast model top churn --limit 20\n  $ holdfast model import value.onnx --name value --signature signature.json --examples examples.json',
      zh: '\n示例：\n  $ holdfast model list\n  $ holdfast model show churn\n  $ holdfast model card churn --out card.html\n  $ holdfast model promote churn 3 --reason "在最新数据上更好"\n  $ holdfast model retrain churn --every 30\n  $ holdfast model score p42\n  $ holdfast model top churn --limit 20\n  $ holdfast model import value.onnx --name value --signature signature.json --examples examples.json',
    }),
  );
  addReading(model, context);
  addDeciding(model, context);
  addScores(model, context);
  return model;
}

const nameWords = { en: 'its name', zh: '模型名称' };
const reasonWords = { en: 'kept with the version', zh: '随版本保存的理由' };
const at = (name: string) => `/api/models/${encodeURIComponent(name)}`;

function addReading(model: Command, context: CliContext): void {
  const { words } = context;
  model
    .command('list')
    .description(words({ en: 'models, and which version of each serves', zh: '模型及启用的版本' }))
    .action(() =>
      withNode(context, async (api) => {
        const { models } = await api.call<{ models: Model[] }>('GET', '/api/models');
        context.answer(models, () => printModels(context, models));
      }),
    );
  model
    .command('show')
    .argument('<name>', words(nameWords))
    .description(words({ en: 'its versions, and who decided what', zh: '各版本及决定记录' }))
    .action((name: string) =>
      withNode(context, async (api) => {
        const found = await api.call<Model>('GET', at(name));
        context.answer(found, () => {
          printModels(context, [found]);
          context.print('');
          printVersions(context, found.versions ?? []);
          for (const { name: called, lineage } of found.versions ?? [])
            if (lineage) context.print(lineageText(context, called, lineage));
        });
      }),
    );
  model
    .command('card')
    .argument('<name>', words(nameWords))
    // No option: "--version" is the program's own wherever it stands.
    .argument(
      '[version]',
      words({ en: 'its number; else the one that serves, or the newest', zh: '版本号；缺省为启用或最新的版本' }),
      largest,
    )
    .requiredOption('--out <file>', words({ en: 'where the page goes', zh: '输出文件' }))
    .description(words({ en: 'the model card, as one page', zh: '模型卡（单个网页）' }))
    .action((name: string, version: number | undefined, { out }: { out: string }) =>
      withNode(context, async (api) => {
        const wanted = version ?? (await usualVersion(api, name));
        const card = await api.download(`${at(name)}/versions/${wanted}/card`, longMs);
        await save(resolve(context.io.cwd, out), card);
        context.answer({ model: name, version: wanted, out }, () => context.print(`${name}-${wanted}: ${out}`));
      }),
    );
}

function addDeciding(model: Command, context: CliContext): void {
  const { words } = context;
  const decide = async (name: string, verb: string, body: object) =>
    withNode(context, async (api) => {
      const version = await api.call<Version>('POST', `${at(name)}/${verb}`, { body });
      context.answer(version, () => printVersions(context, [version]));
    });
  model
    .command('promote')
    .argument('<name>', words(nameWords))
    .argument('<version>', words({ en: 'its number', zh: '版本号' }), largest)
    .option('--reason <text>', words(reasonWords))
    .description(words({ en: 'let a version serve', zh: '启用一个版本' }))
    .action((name: string, version: number, { reason }: { reason?: string }) =>
      decide(name, 'promote', { version, ...(reason !== undefined && { reason }) }),
    );
  for (const [verb, about] of [
    ['rollback', { en: 'let the version serve that served before', zh: '恢复上一个启用的版本' }],
    ['retire', { en: 'let no version serve any more', zh: '停用该模型' }],
  ] as const)
    model
      .command(verb)
      .argument('<name>', words(nameWords))
      .option('--reason <text>', words(reasonWords))
      .description(words(about))
      .action((name: string, { reason }: { reason?: string }) => decide(name, verb, reason === undefined ? {} : { reason }));
  model
    .command('retrain')
    .argument('<name>', words(nameWords))
    .option(
      '--every <days>',
      words({ en: 'again by itself every so many days', zh: '每隔若干天自动重新训练' }),
      wholeNumber(1, 730),
    )
    .option('--promote-if-better', words({ en: 'then what is surely better serves by itself', zh: '显著更好时自动启用' }))
    .option('--never', words({ en: 'no more by itself', zh: '不再自动训练' }))
    .description(words({ en: 'train it again, now or by a schedule', zh: '重新训练：立即或按计划' }))
    .action((name: string, options: { every?: number; promoteIfBetter?: true; never?: true }) => retrain(context, name, options));
  model
    .command('import')
    .argument('<file>', words({ en: 'an ONNX model', zh: 'ONNX 模型文件' }))
    .requiredOption('--name <name>', words(nameWords))
    .requiredOption(
      '--signature <file>',
      words({ en: 'which features go in and what comes out: JSON', zh: '输入输出声明（JSON）' }),
    )
    .requiredOption('--examples <file>', words({ en: 'rows to try it on: JSON', zh: '试运行样例（JSON）' }))
    .option('--purpose <purpose>', words({ en: 'for which customers are scored', zh: '评分用途' }))
    .description(words({ en: 'bring a model of your own', zh: '导入自有模型' }))
    .action((file: string, options: ImportOptions) => importModel(context, file, options));
}

async function retrain(
  context: CliContext,
  name: string,
  { every, promoteIfBetter, never }: { every?: number; promoteIfBetter?: true; never?: true },
): Promise<void> {
  await withNode(context, async (api) => {
    if (every === undefined && !never)
      return followTo(context, api, await api.call<JobView>('POST', `${at(name)}/retrain`, { body: {} }), undefined);
    const body = never ? {} : { everyDays: every, promote: promoteIfBetter ? 'if_better' : 'never' };
    const changed = await api.call<Model>('PUT', `${at(name)}/schedule`, { body });
    context.answer(changed, () => printModels(context, [changed]));
  });
}

type ImportOptions = { name: string; signature: string; examples: string; purpose?: string };

async function importModel(context: CliContext, file: string, options: ImportOptions): Promise<void> {
  const { name, purpose } = options;
  const body = {
    name,
    onnx: readBytes(resolve(context.io.cwd, file)).toString('base64'),
    signature: readJsonFile(context, options.signature),
    examples: readJsonFile(context, options.examples),
    ...(purpose !== undefined && { purpose }),
  };
  await withNode(context, async (api) => {
    const version = await api.call<Version>('POST', '/api/models/import', { body });
    context.answer(version, () => {
      printVersions(context, [version]);
      context.note({
        en: `"holdfast model promote ${name} ${version.number}" lets it serve`,
        zh: `可用 "holdfast model promote ${name} ${version.number}" 启用`,
      });
    });
  });
}

function addScores(model: Command, context: CliContext): void {
  const { words } = context;
  model
    .command('score')
    .argument('<person>', words({ en: 'a profile id, such as p42', zh: '客户档案编号，如 p42' }))
    .description(words({ en: 'scores of one customer, with the reasons', zh: '一位客户的评分及理由' }))
    .action((person: string) =>
      withNode(context, async (api) => {
        const { id, scores } = await api.call<{ id: string; scores: ScoreShown[] }>(
          'GET',
          `/api/scores/${encodeURIComponent(person)}`,
          { timeoutMs: longMs },
        );
        context.answer({ id, scores }, () => {
          for (const score of scores) {
            context.print(`${id}  ${score.score}  ${percent(score.value)}  (${score.version})`);
            for (const reason of score.reasons) context.print(`    ${words(reason)}`);
          }
          if (scores.length === 0)
            context.note({
              en: 'no score: nothing serves, or their consent does not cover it',
              zh: '没有评分：未启用模型，或客户的同意不涵盖此用途',
            });
        });
      }),
    );
  model
    .command('top')
    .argument('<name>', words(nameWords))
    .option('--limit <rows>', words({ en: 'customers at most', zh: '最多人数' }), wholeNumber(1, 100), 20)
    .description(words({ en: 'customers with the highest scores', zh: '评分最高的客户' }))
    .action((name: string, { limit }: { limit: number }) =>
      withNode(context, async (api) => {
        const { scores } = await api.call<{ scores: (ScoreShown & { id: string })[] }>('GET', `${at(name)}/top`, {
          query: { limit },
          timeoutMs: longMs,
        });
        context.answer(scores, () => {
          const titles = words({ en: 'customer,score,mainly since', zh: '客户,评分,主要原因' }).split(',');
          context.printTable(
            titles.map((title, place) => (place === 1 ? { title, align: 'right' } : { title })),
            scores.map(({ id, value, reasons }) => [id, percent(value), reasons[0] ? words(reasons[0]) : '']),
          );
        });
      }),
    );
}

async function usualVersion(api: Api, name: string): Promise<number> {
  const { champion, versions = [] } = await api.call<Model>('GET', at(name));
  const number = champion ?? versions[0]?.number;
  if (number === undefined) throw new Fault('not_found', 'a version of this model');
  return number;
}

function printModels(context: CliContext, models: readonly Model[]): void {
  const { words } = context;
  const titles = words({ en: 'model,what,serves,customers,again', zh: '模型,问题,启用版本,客户数,自动训练' });
  context.printTable(
    titles.split(',').map((title, place) => (place === 3 ? { title, align: 'right' } : { title })),
    models.map(({ name, title, champion, serving, schedule }) => {
      const state = serving && serving.state !== 'serving' ? ` (${words(servingStates[serving.state])})` : '';
      const again = schedule && { en: `every ${schedule.everyDays} days`, zh: `每 ${schedule.everyDays} 天` };
      return [
        name,
        words(title),
        champion === undefined ? '–' : `${name}-${champion}${state}`,
        serving ? String(serving.customers) : '',
        again ? words(again) : '',
      ];
    }),
  );
}

const verdicts: { readonly [verdict in 'better' | 'worse' | 'alike']: Words } = {
  better: { en: 'better', zh: '更好' },
  worse: { en: 'worse', zh: '更差' },
  alike: { en: 'alike', zh: '相当' },
};

function printVersions(context: CliContext, versions: readonly Version[]): void {
  const { words } = context;
  const titles = words({
    en: 'version,state,trained,ROC AUC,newest,than champion,last word',
    zh: '版本,状态,训练时间,ROC AUC,最新数据,对比启用版本,最近决定',
  });
  context.printTable(
    titles.split(',').map((title) => ({ title })),
    versions.map(({ name, state, createdAtMs, figures, comparison, history }) => {
      const { by = '', reason } = history.at(-1) ?? {};
      return [
        name,
        words(states[state]),
        new Date(createdAtMs).toISOString().slice(0, 16).replace('T', ' '),
        figures?.rocAuc.toFixed(4) ?? '',
        figures?.newest?.rocAuc.toFixed(4) ?? '',
        comparison ? words(verdicts[comparison.verdict]) : '',
        reason === undefined ? by : `${by}: ${reason}`,
      ];
    }),
  );
}

function lineageText({ words }: CliContext, name: string, { round, members, purpose }: Lineage): string {
  return words({
    en: `${name}: learned together by ${members.length} organisations for ${purpose}, in round ${round}`,
    zh: `${name}：由 ${members.length} 个机构共同训练，目的 ${purpose}，训练轮次 ${round}`,
  });
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Fault('unreadable_file', `${basename(path)}: ${(error as NodeJS.ErrnoException).code ?? 'cannot be opened'}`, {
      cause: error,
    });
  }
}

async function save(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes, { mode: 0o600 });
  } catch (error) {
    throw new Fault(
      'unreadable_file',
      `${basename(path)}: cannot be written (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
      { cause: error },
    );
  }
}

const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
