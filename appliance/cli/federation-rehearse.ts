// `holdfast federation rehearse`: a whole round on this machine, from one file: who wants to know what training together brings and costs sees it
// before anybody else is asked. It needs no node.

import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { Fault } from '../core/errors.ts';
import { writeTextFile } from '../federate/coordinator-folder.ts';
import { type Rehearsed, rehearse } from '../federate/rehearsal/rehearse.ts';
import { splitFile } from '../federate/rehearsal/split.ts';
import type { CliContext } from './context.ts';
import { exampleOf } from './federation-book.ts';

type Options = {
  parties: number;
  label: string;
  positive?: string;
  trees: number;
  depth: number;
  learningRate: number;
  bins: number;
  kill: number;
  seed: number;
  agreement: 'x-wing' | 'x25519';
  against: 'malicious' | 'semi-honest';
  out?: string;
};

const whole = (from: number, to: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < from || value > to) throw new InvalidArgumentError(`${from} … ${to}`);
  return value;
};

export function rehearseCommand(context: CliContext, group: Command): void {
  const { words } = context;
  group
    .command('rehearse [file]')
    .description(
      words({ en: 'train a model together, on this machine, from one CSV file', zh: '用一个 CSV 文件在本机演练联合训练' }),
    )
    .requiredOption('--label <column>', words({ en: 'what the model is to find', zh: '模型要预测的列' }))
    .option('--positive <value>', words({ en: 'the value to find', zh: '要预测的取值' }))
    .option('--parties <n>', words({ en: 'organisations that the rows are dealt to', zh: '机构数量' }), whole(3, 20), 5)
    .option('--trees <n>', words({ en: 'trees', zh: '树的数量' }), whole(1, 1000), 30)
    .option('--depth <n>', words({ en: 'their depth', zh: '树的深度' }), whole(1, 16), 4)
    .option('--learning-rate <rate>', words({ en: 'of each tree', zh: '学习率' }), Number, 0.2)
    .option('--bins <n>', words({ en: 'of a column', zh: '每列的分箱数' }), whole(3, 256), 32)
    .option(
      '--kill <n>',
      words({ en: 'kill so many organisations at random steps', zh: '在随机步骤终止若干机构的进程' }),
      whole(0, 20),
      0,
    )
    .option('--seed <n>', words({ en: 'of dealing and killing', zh: '随机种子' }), whole(0, 2 ** 31), 1)
    .option('--agreement <way>', 'x-wing, x25519', 'x-wing')
    .option('--against <whom>', 'malicious, semi-honest', 'malicious')
    .option('--out <transcript>', words({ en: "write the round's transcript", zh: '写出本轮记录' }))
    .addHelpText('after', exampleOf(context, 'holdfast federation rehearse customers.csv --label churn --parties 5 --kill 1'))
    .action((file: string | undefined, options: Options, command: Command) =>
      run(context, file ?? command.parent?.parent?.opts().data, options),
    );
}

async function run(context: CliContext, file: string | undefined, options: Options): Promise<void> {
  if (file === undefined) throw new Fault('bad_request', 'a CSV file, such as customers.csv');
  const chance = chanceOf(options.seed);
  const { parties, label, positive, kill, agreement, against } = options;
  if (!['x-wing', 'x25519'].includes(agreement)) throw new Fault('bad_request', '--agreement: x-wing or x25519');
  if (!['malicious', 'semi-honest'].includes(against)) throw new Fault('bad_request', '--against: malicious or semi-honest');
  const split = await splitFile(resolve(context.io.cwd, file), {
    label,
    parties,
    chance,
    signal: context.signal,
    ...(positive && { positive }),
  });
  if (split.left.length > 0) {
    const left = split.left.join(', ');
    context.note({ en: `Not learned from: ${left}`, zh: `未用于学习的列：${left}` });
  }
  const rehearsed = await rehearse({
    parts: split.parts,
    schema: split.schema,
    learn: {
      ...{ kind: 'trees', trees: options.trees, learningRate: options.learningRate, growth: 'depth', maxDepth: options.depth },
      ...{ maxLeaves: 2 ** options.depth, minChildHessian: 1, lambda: 1, alpha: 0, gamma: 0, columnSample: 1, seed: 0 },
      ...{ bins: options.bins, leastCount: 20 },
    },
    ...{ against, agreement, kill, chance, signal: context.signal },
    say: (line) => context.note({ en: line, zh: line }),
  });
  const { transcript, ...figures } = rehearsed;
  if (options.out !== undefined) writeTextFile(resolve(context.io.cwd, options.out), transcript);
  context.answer(figures, () => tell(context, rehearsed));
}

function tell(
  { words, print }: CliContext,
  { identicalToPooled, auc, bytes, seconds, sums, killed, parties, rows }: Rehearsed,
): void {
  const number = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed(4));
  const mb = (value: number) => (value / 1e6).toFixed(1);
  const s = (phase: string) => (seconds[phase] ?? 0).toFixed(1);
  const sent = bytes.sentByParty.map(mb).join(', ');
  print(
    identicalToPooled
      ? words({
          en: 'The model is, byte for byte, the one that the pooled table gives.',
          zh: '模型与合并数据训练所得逐字节相同。',
        })
      : words({ en: 'The model is NOT the one that the pooled table gives.', zh: '模型与合并数据训练所得不同。' }),
  );
  print(
    words({
      en: `AUC on ${rows.holdout} rows kept out: together ${number(auc.federated)}, pooled ${number(auc.pooled)}, alone ${auc.alone.map(number).join(', ')}`,
      zh: `在留出的 ${rows.holdout} 行上的 AUC：联合 ${number(auc.federated)}，合并 ${number(auc.pooled)}，各自单独 ${auc.alone.map(number).join('、')}`,
    }),
  );
  print(
    words({
      en: `${parties} organisations, ${sums} sums, ${killed} killed and back; sent ${sent} MB each, ${mb(bytes.ciphertexts)} MB of it encrypted vectors`,
      zh: `${parties} 个机构，${sums} 次汇总，${killed} 个被终止后恢复；各自发送 ${sent} MB，其中密文共 ${mb(bytes.ciphertexts)} MB`,
    }),
  );
  print(
    words({
      en: `joining ${s('joining')} s, agreeing ${s('agreeing')} s, training ${s('training')} s (of it ${s('waitingForSums')} s waiting for sums, ${s('encrypting')} s encrypting), voting ${s('voting')} s`,
      zh: `加入 ${s('joining')} 秒，达成一致 ${s('agreeing')} 秒，训练 ${s('training')} 秒（其中等待汇总 ${s('waitingForSums')} 秒，加密 ${s('encrypting')} 秒），投票 ${s('voting')} 秒`,
    }),
  );
}

/** mulberry32. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
