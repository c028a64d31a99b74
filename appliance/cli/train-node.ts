// `holdfast train` on a node: asks it for a training, shows how far it is, and prints what came of it as for a file.

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault, type FaultCode, type Words } from '../core/errors.ts';
import type { JobView, Report } from '../decide/models/models.ts';
import { type Api, longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { printReport } from './train-words.ts';

export type NodeAsk = {
  question?: string;
  segment?: string;
  label?: string;
  positive?: string;
  name?: string;
  purpose?: string;
  horizonDays?: number;
  activeDays?: number;
  drop?: string[];
  keep?: string[];
  costs?: { falsePositive: number; falseNegative: number };
  budget?: string;
  seed?: number;
  serveFirst?: boolean;
};

/** Whether a word is a question of the node's and no file: it is no path, and nothing of that name lies there. */
export function isQuestion(context: CliContext, word: string): boolean {
  return /^[a-z][a-z0-9_]{0,63}$/.test(word) && !existsSync(resolve(context.io.cwd, word));
}

export async function trainOnNode(context: CliContext, ask: NodeAsk, out: string | undefined): Promise<void> {
  await withNode(context, async (api) => {
    const asked = await api.call<JobView>('POST', '/api/models/train', { body: { serveFirst: true, ...ask } });
    await followTo(context, api, asked, out);
  });
}

/** Waits for a job and prints what came of it. */
export async function followTo(context: CliContext, api: Api, asked: JobView, out: string | undefined): Promise<void> {
  const job = await follow(context, api, asked);
  const { model, version } = job;
  const at = `/api/models/${encodeURIComponent(model)}`;
  const report = await api.call<Report>('GET', `${at}/versions/${version}/report`);
  const now = await api.call<ModelNow>('GET', at);
  if (out !== undefined) await write(api, `${at}/versions/${version}`, resolve(context.io.cwd, out));
  const found = now.versions.find(({ number }) => number === version)!;
  const { crossValidation, baseline, columns } = report;
  const summary = { crossValidation, baseline, dropped: columns.dropped, suspects: columns.suspects };
  context.answer({ model, version, serves: now.champion === version, ...found, ...summary }, () => {
    sayRows(context, found);
    printReport(context, report);
    sayNext(context, now, model, version!);
    if (out !== undefined)
      context.note({ en: `${join(out, 'card.html')} tells it to people`, zh: `${join(out, 'card.html')} 供人阅读` });
  });
}

type Rows = {
  label: Words;
  population: Words;
  persons: number;
  allowed: number;
  read: number;
  byCutOff: { cutOffMs: number; rows: number; positives: number }[];
};
type Found = {
  number: number;
  state: string;
  rows?: Rows;
  figures?: { newest?: { rocAuc: number; rows: number } };
  comparison?: {
    championVersion: number;
    verdict: 'better' | 'worse' | 'alike';
    difference: { value: number; low: number; high: number };
    championHadSeen: boolean;
  };
};
type ModelNow = { champion?: number; versions: Found[] };

const stages: { readonly [stage in NonNullable<JobView['stage']>]: Words } = {
  choosing: { en: 'Choosing customers', zh: '选取客户' },
  reading: { en: 'Reading their past', zh: '读取历史' },
  training: { en: 'Training', zh: '训练' },
  keeping: { en: 'Keeping', zh: '保存' },
};
const pollMs = 250;

/** @throws {Fault} what the training ended in */
async function follow(context: CliContext, api: Api, asked: JobView): Promise<JobView> {
  const progress = context.progress({ en: 'Training', zh: '训练' });
  let job = asked;
  let said: string | undefined;
  try {
    while (job.state === 'waiting' || job.state === 'running') {
      if (job.state === 'waiting' && said === undefined) {
        context.note({ en: `job ${job.id}`, zh: `任务 ${job.id}` });
        said = 'waiting';
      }
      if (job.stage && job.stage !== said && !context.io.stderr.isTTY) context.note(stages[job.stage]);
      said = job.stage ?? said;
      progress.update(Math.round((job.share ?? 0) * 1000), 1000);
      await wait(pollMs, undefined, { signal: context.signal });
      job = await api.call<JobView>('GET', `/api/model-jobs/${job.id}`);
    }
  } catch (error) {
    if (!context.signal.aborted) throw error;
    // A node that runs goes on by itself; one that was opened here ends with this command.
    if (api.local) await api.call('POST', `/api/model-jobs/${job.id}/cancel`);
    else
      context.note({
        en: `the node goes on; "holdfast job cancel ${job.id}" ends it`,
        zh: `节点仍在训练；可用 "holdfast job cancel ${job.id}" 终止`,
      });
    throw error;
  } finally {
    progress.end();
  }
  if (job.state !== 'done') throw new Fault((job.code ?? 'internal') as FaultCode, job.where);
  return job;
}

function sayRows({ print, words }: CliContext, { rows }: Found): void {
  if (!rows) return;
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  print(`${words(rows.label)}; ${words(rows.population)}`);
  print(
    words({
      en: `${rows.allowed} of ${rows.persons} customers may be used, ${rows.read} were read; cut-offs ${rows.byCutOff.map((one) => `${day(one.cutOffMs)} (${one.positives} of ${one.rows})`).join(', ')}`,
      zh: `${rows.persons} 位客户中 ${rows.allowed} 位可用，读取 ${rows.read} 位；截止时点 ${rows.byCutOff.map((one) => `${day(one.cutOffMs)}（${one.rows} 中 ${one.positives}）`).join('、')}`,
    }),
  );
}

const verdicts: { readonly [verdict in 'better' | 'worse' | 'alike']: Words } = {
  better: { en: 'better than', zh: '优于' },
  worse: { en: 'worse than', zh: '不如' },
  alike: { en: 'not surely better or worse than', zh: '与之无显著差异：' },
};

function sayNext(context: CliContext, now: ModelNow, model: string, version: number): void {
  const { print, words } = context;
  const found = now.versions.find(({ number }) => number === version)!;
  const newest = found.figures?.newest;
  if (newest)
    print(
      words({
        en: `on the newest ${newest.rows} rows, learned from older ones alone: ROC AUC ${newest.rocAuc.toFixed(4)}`,
        zh: `最新 ${newest.rows} 行（仅由更早的行训练）：ROC AUC ${newest.rocAuc.toFixed(4)}`,
      }),
    );
  const { comparison } = found;
  if (comparison) {
    const { difference, verdict, championVersion, championHadSeen } = comparison;
    const interval = `${signed(difference.value)} (${signed(difference.low)} … ${signed(difference.high)})`;
    const seen = championHadSeen ? { en: ', which had learned from that time', zh: '（其训练已含该时段）' } : { en: '', zh: '' };
    print(
      words({
        en: `${verdicts[verdict].en} ${model}-${championVersion}${seen.en}: ROC AUC ${interval}`,
        zh: `${verdicts[verdict].zh} ${model}-${championVersion}${seen.zh}：ROC AUC ${interval}`,
      }),
    );
  }
  if (now.champion === version)
    context.note({
      en: `${model}-${version} serves: "holdfast model top ${model}", "holdfast model score p42", or any profile`,
      zh: `${model}-${version} 已启用：可用 "holdfast model top ${model}"、"holdfast model score p42" 或在客户档案中查看`,
    });
  else
    context.note({
      en: `${model}-${version} is kept; "holdfast model promote ${model} ${version}" lets it serve`,
      zh: `${model}-${version} 已保存；可用 "holdfast model promote ${model} ${version}" 启用`,
    });
}

const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;

/** As for a file, but for model.json, which is the node's own. */
async function write(api: Api, at: string, folder: string): Promise<void> {
  const files = [
    ['report.json', 'report'],
    ['card.html', 'card'],
    ['model.onnx', 'onnx'],
  ] as const;
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, file] of files)
      await writeFile(join(folder, name), await api.download(`${at}/${file}`, longMs), { mode: 0o600 });
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new Fault('unreadable_file', `${folder}: cannot be written (${code})`, { cause: error });
  }
}
