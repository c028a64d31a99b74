// `holdfast federation rehearse`: a whole round on this machine, from one file: who wants to know what training together brings and costs sees it
// before anybody else is asked. It needs no node.

import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { LearningOf } from '../../federation/protocol/round/round-terms.ts';
import { Fault, type Words } from '../core/errors.ts';
import { writeTextFile } from '../federate/coordinator-folder.ts';
import { type Rehearsed, rehearse } from '../federate/rehearsal/rehearse.ts';
import { learningOf, type RehearsedSettings, rehearsedModels, robustRules } from '../federate/rehearsal/settings.ts';
import { splitColumns, splitFile } from '../federate/rehearsal/split.ts';
import { rehearseVertical, type VerticalRehearsed } from '../federate/rehearsal/vertical.ts';
import type { CliContext } from './context.ts';
import { exampleOf } from './federation-book.ts';
import { positiveUpTo } from './numbers.ts';

type Options = RehearsedSettings & {
  parties?: number;
  label: string;
  positive?: string;
  kill: number;
  lose: number;
  patience?: number;
  seed: number;
  agreement: 'x-wing' | 'x25519';
  against: 'malicious' | 'semi-honest';
  out?: string;
  vertical?: boolean;
  delta: number;
  unit?: 'row' | 'member';
};

const whole = (from: number, to: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < from || value > to) throw new InvalidArgumentError(`${from} … ${to}`);
  return value;
};

const oneOf = <Text extends string>(texts: readonly Text[]) => {
  return (text: string): Text => {
    if (!texts.includes(text as Text)) throw new InvalidArgumentError(texts.join(', '));
    return text as Text;
  };
};

const between = (from: number, to: number) => (text: string) => {
  const value = Number(text);
  if (!(value >= from && value <= to)) throw new InvalidArgumentError(`${from} … ${to}`);
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
    .option(
      '--parties <n>',
      words({
        en: 'organisations that the rows are dealt to (5 if left out), or the columns (2)',
        zh: '按行分给的机构数量（缺省 5），或按列分给的数量（缺省 2）',
      }),
      whole(2, 20),
    )
    .option(
      '--vertical',
      words({
        en: 'deal columns instead of rows, to 2 or 3 organisations: the first has the label',
        zh: '按列而非按行分给 2 或 3 个机构：第一个持有标签',
      }),
    )
    .option('--model <kind>', rehearsedModels.join(', '), oneOf(rehearsedModels), 'trees')
    .option('--trees <n>', words({ en: 'trees (30; 20 with noise)', zh: '树的数量（30；加噪声时 20）' }), whole(1, 1000))
    .option('--depth <n>', words({ en: 'their depth (4; 1 with noise)', zh: '树的深度（4；加噪声时 1）' }), whole(1, 16))
    .option('--learning-rate <rate>', words({ en: 'of each tree, or of descent', zh: '学习率' }), between(0.001, 1))
    .option('--bins <n>', words({ en: 'of a column (32; 8 with noise)', zh: '每列的分箱数（32；加噪声时 8）' }), whole(3, 256))
    .option(
      '--rounds <n>',
      words({ en: 'of averaging, at most (20; 5 with noise)', zh: '平均的最多轮数（20；加噪声时 5）' }),
      whole(1, 1000),
    )
    .option('--epochs <n>', words({ en: 'over its own rows, in each round', zh: '每轮在本方数据上的遍数' }), whole(1, 100), 2)
    .option(
      '--hidden <units...>',
      words({ en: 'average a neural model of one or two such layers', zh: '对一层或两层的神经网络求平均' }),
      (text: string, before: number[]) => [...before, whole(1, 64)(text)],
      [],
    )
    .option(
      '--robust <rule>',
      words({ en: `against poisoned updates: ${robustRules.join(', ')}`, zh: `防投毒规则：${robustRules.join('、')}` }),
      oneOf(robustRules),
    )
    .option('--epsilon <e>', words({ en: 'add noise that promises so much', zh: '加噪声，承诺的 ε' }), positiveUpTo(1000))
    .option('--delta <d>', words({ en: 'of that promise', zh: '承诺中的 δ' }), positiveUpTo(0.01), 1e-6)
    .option(
      '--unit <unit>',
      words({
        en: 'whom it protects: row (trees), member (averaging)',
        zh: '保护单位：row（数据行，树模型）、member（成员，平均法）',
      }),
      oneOf(['row', 'member']),
    )
    .option(
      '--kill <n>',
      words({ en: 'kill so many organisations at random steps', zh: '在随机步骤终止若干机构的进程' }),
      whole(0, 20),
      0,
    )
    .option(
      '--lose <n>',
      words({ en: 'lose so many for good before the first sum', zh: '在首次汇总前永久失去若干机构' }),
      whole(0, 17),
      0,
    )
    .option(
      '--patience <seconds>',
      words({
        en: 'until who is away is left out (600; with --lose 20)',
        zh: '等待缺席机构的秒数（默认 600；使用 --lose 时为 20）',
      }),
      whole(2, 86_400),
    )
    .option('--seed <n>', words({ en: 'of dealing and killing', zh: '随机种子' }), whole(0, 2 ** 31), 1)
    .option('--agreement <way>', 'x-wing, x25519', oneOf(['x-wing', 'x25519']), 'x-wing')
    .option('--against <whom>', 'malicious, semi-honest', oneOf(['malicious', 'semi-honest']), 'malicious')
    .option('--out <transcript>', words({ en: "write the round's transcript", zh: '写出本轮记录' }))
    .addHelpText(
      'after',
      exampleOf(
        context,
        'holdfast federation rehearse customers.csv --label churn --parties 5 --kill 1 --lose 1',
        'holdfast federation rehearse customers.csv --label churn --parties 5 --epsilon 8',
        'holdfast federation rehearse customers.csv --label churn --vertical --parties 2 --kill 1',
      ),
    )
    .action((file: string | undefined, options: Options, command: Command) =>
      run(context, file ?? command.parent?.parent?.opts().data, options),
    );
}

async function run(context: CliContext, file: string | undefined, options: Options): Promise<void> {
  if (file === undefined) throw new Fault('bad_request', 'a CSV file, such as customers.csv');
  const chance = chanceOf(options.seed);
  if (options.vertical) return runVertical(context, resolve(context.io.cwd, file), options);
  const { parties = 5, label, positive, kill, lose, agreement, against, epsilon, delta, unit } = options;
  const patienceMs = 1000 * (options.patience ?? (lose > 0 ? 20 : 600));
  const split = await splitFile(resolve(context.io.cwd, file), {
    label,
    parties,
    chance,
    limits: options.model !== 'trees',
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
    learn: learningOf(options),
    ...(epsilon !== undefined && { privacy: { epsilon, delta, ...(unit && { unit }) } }),
    ...{ against, agreement, kill, lose, patienceMs, chance, signal: context.signal },
    say: (line) => context.note(line),
  });
  const { transcript, ...figures } = rehearsed;
  if (options.out !== undefined) writeTextFile(resolve(context.io.cwd, options.out), transcript);
  context.answer({ model: options.model, ...figures }, () => tell(context, { ...rehearsed, model: options.model }));
}

async function runVertical(context: CliContext, path: string, options: Options): Promise<void> {
  const { label, positive, kill, seed, parties = 2 } = options;
  const { signal } = context;
  if (parties > 3) throw new Fault('bad_request', `--parties: expected 2 or 3 with --vertical, got ${parties}`);
  const split = await splitColumns(path, { label, parties, seed, signal, ...(positive && { positive }) });
  if (split.left.length > 0) {
    const left = split.left.join(', ');
    context.note({ en: `Not learned from: ${left}`, zh: `未用于学习的列：${left}` });
  }
  const learned = learningOf({ bins: 16, depth: 3, ...options, model: 'trees' }) as LearningOf<'trees'>;
  const { leastCount: _least, ...trees } = learned;
  // A rehearsal shows what sums tell; a round that is meant says how much of it is allowed.
  const learn = { ...trees, kind: 'vertical-trees' as const, exposedMost: 1 };
  const say = (line: Words) => context.note(line);
  const rehearsed = await rehearseVertical({ split, learn, kill, chance: chanceOf(seed), say, signal });
  const { transcript, ...figures } = rehearsed;
  if (options.out !== undefined) writeTextFile(resolve(context.io.cwd, options.out), transcript);
  context.answer({ model: 'vertical-trees', ...figures }, () => tellVertical(context, rehearsed));
}

function tellVertical({ words, print }: CliContext, rehearsed: VerticalRehearsed): void {
  const { auc, bytes, seconds, sums, killed, columns, rows, exposed } = rehearsed;
  const number = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed(4));
  const mb = (value: number) => (value / 1e6).toFixed(1);
  const s = (phase: string) => (seconds[phase] ?? 0).toFixed(1);
  const sent = bytes.sentByParty.map(mb);
  print(words(likeness({ ...rehearsed, model: 'trees' })));
  print(
    words({
      en: `AUC on ${rows.holdout} rows kept out: together ${number(auc.federated)}, joined table ${number(auc.pooled)}, the label's owner alone ${auc.alone.map(number).join(', ')}`,
      zh: `在留出的 ${rows.holdout} 行上的 AUC：联合 ${number(auc.federated)}，合并表 ${number(auc.pooled)}，标签方单独 ${auc.alone.map(number).join('、')}`,
    }),
  );
  const percent = exposed.map((share) => `${Number((100 * share).toPrecision(2))} %`);
  print(
    words({
      en: `of the partners' cells (rows by columns) sums over fewer than five rows told the owner ${percent.join(', ')}`,
      zh: `合作方的单元格（行×列）中，少于五行之和向标签方透露了 ${percent.join('、')}`,
    }),
  );
  print(
    words({
      en: `columns ${columns.join(' + ')}, ${sums} questions answered, ${killed} killed and back; sent ${sent.join(', ')} MB`,
      zh: `列数 ${columns.join(' + ')}，答复 ${sums} 个问题，${killed} 个被终止后恢复；各自发送 ${sent.join('、')} MB`,
    }),
  );
  print(
    words({
      en: `joining ${s('joining')} s, agreeing ${s('agreeing')} s, training ${s('training')} s (the joined table: ${s('pooledTraining')} s), voting ${s('voting')} s`,
      zh: `加入 ${s('joining')} 秒，达成一致 ${s('agreeing')} 秒，训练 ${s('training')} 秒（合并表：${s('pooledTraining')} 秒），投票 ${s('voting')} 秒`,
    }),
  );
}

function likeness({ identicalToPooled, closeToPooled, model, privacy, auc, lost }: Rehearsed & Pick<Options, 'model'>): {
  en: string;
  zh: string;
} {
  if (privacy) {
    const { epsilon, delta, noise, unit } = privacy;
    const figure = (value = Number.NaN) => (Number.isNaN(value) ? '-' : value.toFixed(4));
    const [from, to] = [figure(auc.withoutNoise), figure(auc.federated)];
    const times = Math.sqrt(noise.numerator / noise.denominator).toFixed(1);
    return {
      en: `With noise that hides each ${unit} (ε = ${epsilon} at δ = ${delta}, ${times} times what one can move in each sum) the AUC is ${to}, without it ${from}. The model is not that of the pooled table.`,
      zh: `以噪声保护每个${unit === 'row' ? '数据行' : '成员'}（ε = ${epsilon}，δ = ${delta}，每次汇总的噪声为单个单位最大影响的 ${times} 倍）时 AUC 为 ${to}，不加噪声为 ${from}。模型与合并数据训练所得不同。`,
    };
  }
  if (identicalToPooled && lost.length > 0)
    return {
      en: `The model is, byte for byte, the one that the pooled table of those who stayed gives (without ${lost.join(', ')}).`,
      zh: `模型与留下的机构（不含机构 ${lost.join('、')}）合并数据训练所得逐字节相同。`,
    };
  if (identicalToPooled)
    return {
      en: 'The model is, byte for byte, the one that the pooled table gives.',
      zh: '模型与合并数据训练所得逐字节相同。',
    };
  if (closeToPooled !== undefined)
    return {
      en: `The model is the one that the pooled table gives, but for the rounding of sums: no weight differs by more than ${closeToPooled.toExponential(1)}.`,
      zh: `除汇总取整外，模型与合并数据训练所得相同：权重相差不超过 ${closeToPooled.toExponential(1)}。`,
    };
  if (model !== 'trees')
    return {
      en: 'Averaging comes near the pooled model and is not the same: compare the AUC.',
      zh: '平均法得到的模型与合并训练相近而不相同，请比较 AUC。',
    };
  return { en: 'The model is NOT the one that the pooled table gives.', zh: '模型与合并数据训练所得不同。' };
}

function tell({ words, print }: CliContext, rehearsed: Rehearsed & Pick<Options, 'model'>): void {
  const { auc, bytes, seconds, sums, killed, parties, rows } = rehearsed;
  const number = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed(4));
  const mb = (value: number) => (value / 1e6).toFixed(1);
  const s = (phase: string) => (seconds[phase] ?? 0).toFixed(1);
  const sent = bytes.sentByParty.map(mb).join(', ');
  print(words(likeness(rehearsed)));
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
