// `holdfast sample`: the sample organisation, loaded into a node or written as files with the truth beside them.

import { Command } from 'commander';
import { Fault } from '../core/errors.ts';
import { systemPorts } from '../core/ports.ts';
import { serve } from '../lifecycle.ts';
import { writeSample } from '../sample/sample.ts';
import { loadSample, readSampleMark, sampleConfiguration, sampleOptions } from '../sample-loading.ts';
import { scoreSample } from '../sample-score.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';

/** The generator was written for a few thousand; far beyond, loading takes hours and proves nothing more. */
export const peopleOf = wholeNumber(10, 200_000);

export function command(context: CliContext): Command {
  const { words } = context;
  const sample = new Command('sample').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast sample config > .holdfast/holdfast.json\n  $ holdfast sample load\n  $ holdfast sample score\n  $ holdfast sample write sample-files',
      zh: '\n示例：\n  $ holdfast sample config > .holdfast/holdfast.json\n  $ holdfast sample load\n  $ holdfast sample score\n  $ holdfast sample write sample-files',
    }),
  );
  sample
    .command('load')
    .description(words({ en: 'load it into the data folder (no node may run on it)', zh: '载入数据目录（节点须未运行）' }))
    .option('--people <number>', words({ en: 'how many true people', zh: '真实人数' }), peopleOf, sampleOptions.people)
    .action((options: { people: number }) => load(context, options.people));
  sample
    .command('write <folder>')
    .description(words({ en: 'write the files of its five systems, and truth.csv', zh: '写出五个系统的文件与 truth.csv' }))
    .option('--people <number>', words({ en: 'how many true people', zh: '真实人数' }), peopleOf, sampleOptions.people)
    .option(
      '--seed <number>',
      words({ en: 'another seed gives another organisation', zh: '不同种子生成不同机构' }),
      wholeNumber(0, 2 ** 31),
      sampleOptions.seed,
    )
    .action(async (folder: string, options: { people: number; seed: number }) => {
      await writeSample(folder, { seed: options.seed, people: options.people });
      context.answer({ folder }, () => context.print(folder));
    });
  sample
    .command('config')
    .description(
      words({
        en: 'print its configuration: computed traits, survivorship, identifiers',
        zh: '打印其配置：计算特征、存留规则、标识策略',
      }),
    )
    .action(() => context.print(JSON.stringify(sampleConfiguration, null, 2)));
  sample
    .command('score')
    .description(
      words({ en: 'who is who against the truth (no node may run on the folder)', zh: '对照真值评估身份解析（节点须未运行）' }),
    )
    .option('--match', words({ en: 'compare everybody with the matcher first', zh: '先做全量比对' }))
    .action((options: { match?: true }) => score(context, options.match === true));
  return sample;
}

async function score(context: CliContext, match: boolean): Promise<void> {
  const folder = context.requireDataFolder();
  const mark = readSampleMark(folder);
  if (!mark) throw new Fault('not_found', 'the sample organisation in this folder');
  const serving = await serve({
    folder,
    ports: systemPorts,
    secret: { passphrase: await context.passphrase() },
    config: { port: 0 },
  });
  try {
    const node = serving.app.node();
    if (match) await node.matchPersons();
    const scored = await scoreSample(node, mark);
    context.answer(scored, () => {
      for (const [who, { precision, recall, f1, persons, people }] of Object.entries(scored)) {
        const shares = [precision, recall, f1].map((share) => share.toFixed(3));
        context.print(
          `${who}: ${people} people as ${persons} persons, precision ${shares[0]}, recall ${shares[1]}, F1 ${shares[2]}`,
        );
      }
    });
  } finally {
    await serving.stop();
  }
}

async function load(context: CliContext, people: number): Promise<void> {
  const folder = context.requireDataFolder();
  const serving = await serve({
    folder,
    ports: systemPorts,
    secret: { passphrase: await context.passphrase() },
    config: { port: 0 },
  });
  const progress = context.progress({ en: 'Sample', zh: '示例' });
  try {
    const mark = await loadSample(serving.app.node(), folder, {
      onProgress: (done, total) => progress.update(done, total),
      signal: context.signal,
      people,
    });
    context.answer(mark, () =>
      context.print(context.words({ en: `${mark.events} events loaded`, zh: `已载入 ${mark.events} 个事件` })),
    );
  } finally {
    progress.end();
    await serving.stop();
  }
}
