// `holdfast rfm`: how recently, how often and for how much each customer of a file bought, scored, and what to call them; without a node.

import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { Fault } from '../core/errors.ts';
import { dayText, type Rfm, type RfmBounds, type RfmInput, rfmSegments, scoreRfm } from '../decide/segments/segments.ts';
import type { CliContext } from './context.ts';
import { type FileOptions, readForSegments, untilDay, withFileOptions, writeRows } from './segment-files.ts';

type Four = readonly [number, number, number, number];
type Options = FileOptions & { recencyBounds?: Four; frequencyBounds?: Four; monetaryBounds?: Four };

const examples = `
  $ holdfast rfm orders.csv --out rfm.csv
  $ holdfast rfm orders.csv --until 2024-06-30 --customer buyer --date day --amount paid
  $ holdfast columns --out features.csv && holdfast rfm features.csv
  $ holdfast rfm orders.csv --recency-bounds 30,90,180,365 --frequency-bounds 2,3,5,10 --monetary-bounds 100,500,1000,5000`;

export function command(context: CliContext): Command {
  const { words } = context;
  const four = words({ en: 'four ascending bounds between the five scores', zh: '五档分数之间的四个升序界值' });
  return withFileOptions(new Command('rfm'), context, ['customer', 'date', 'amount', 'recency', 'frequency', 'monetary'])
    .option('--recency-bounds <days>', four, bounds)
    .option('--frequency-bounds <counts>', four, bounds)
    .option('--monetary-bounds <amounts>', four, bounds)
    .addHelpText('after', words({ en: `\nExamples:${examples}`, zh: `\n示例：${examples}` }))
    .action((file: string, options: Options) => run(context, file, options));
}

function bounds(text: string): Four {
  const values = text.split(',').map(Number);
  if (values.length !== 4 || values.some((value, at) => Number.isNaN(value) || (at > 0 && value < values[at - 1]!))) {
    throw new InvalidArgumentError('expected four ascending numbers, such as 30,90,180,365');
  }
  return values as unknown as Four;
}

async function run(context: CliContext, path: string, options: Options): Promise<void> {
  const fixed = fixedBounds(options);
  const file = await readForSegments(context, resolve(context.io.cwd, path), options, {
    otherwise: ['recency', 'frequency', 'monetary'],
    recencyDates: true,
  });
  let ids: readonly string[];
  let input: RfmInput;
  let until: string | undefined;
  if (file.kind === 'purchases') {
    if (!file.amounts) throw new Fault('bad_request', 'there is no column of amounts; name it by --amount');
    const day = untilDay(file.log, options);
    const table = file.log.customers(day);
    ids = table.ids;
    input = { recencyDays: table.sinceLastDays, frequency: table.repeats.map((repeats) => repeats + 1), monetary: table.total };
    until = dayText(day);
    if (ids.length === 0) throw new Fault('bad_request', `--until: nobody bought by ${until}`);
  } else if (file.kind === 'summary') {
    ids = file.ids;
    input = { recencyDays: file.values.recency!, frequency: file.values.frequency!, monetary: file.values.monetary! };
  } else throw new Error('unreachable: rfm asks for no other numbers');
  const rfm = scoreRfm(input, fixed);
  if (options.out !== undefined) await write(context, resolve(context.io.cwd, options.out), ids, input, rfm);
  answer(context, ids.length, file.read.rejected, until, rfm, file.used);
}

function fixedBounds({ recencyBounds, frequencyBounds, monetaryBounds }: Options): RfmBounds | undefined {
  if (recencyBounds && frequencyBounds && monetaryBounds) {
    return { recencyDays: recencyBounds, frequency: frequencyBounds, monetary: monetaryBounds };
  }
  if (recencyBounds || frequencyBounds || monetaryBounds) {
    throw new Fault(
      'bad_request',
      'bounds: give all three of --recency-bounds, --frequency-bounds and --monetary-bounds, or none',
    );
  }
  return undefined;
}

async function write({ words }: CliContext, path: string, ids: readonly string[], input: RfmInput, rfm: Rfm): Promise<void> {
  const header = ['customer', 'recency_days', 'frequency', 'monetary', 'r', 'f', 'm', 'segment', 'segment_name'];
  await writeRows(path, header, ids.length, (at) => {
    const segment = rfmSegments[rfm.segment[at]!];
    return [
      ids[at]!,
      input.recencyDays[at]!,
      input.frequency[at]!,
      input.monetary[at]!,
      rfm.recencyScore[at]!,
      rfm.frequencyScore[at]!,
      rfm.monetaryScore[at]!,
      segment?.code ?? '',
      segment ? words(segment.name) : '',
    ];
  });
}

function answer(
  context: CliContext,
  customers: number,
  rejected: number,
  until: string | undefined,
  rfm: Rfm,
  used: object,
): void {
  const { words } = context;
  const segments = rfm.summary.map(({ segment, ...figures }) => ({ segment: segment.code, name: segment.name, ...figures }));
  const finite = Object.fromEntries(
    Object.entries(rfm.bounds).map(([measure, four]) => [measure, four.map((bound) => (Number.isFinite(bound) ? bound : null))]),
  );
  context.answer({ customers, rejected, leftOut: rfm.leftOut, until, columns: used, bounds: finite, segments }, () => {
    context.print(`${words({ en: 'customers', zh: '客户' })}: ${customers}${until === undefined ? '' : `  (${until})`}`);
    const right = (en: string, zh: string) => ({ title: words({ en, zh }), align: 'right' as const });
    context.printTable(
      [
        { title: words({ en: 'segment', zh: '分群' }) },
        right('customers', '客户数'),
        right('share', '占比'),
        right('days since', '距今天数'),
        right('purchases', '购买次数'),
        right('money', '平均消费'),
        right('of all money', '消费占比'),
        { title: words({ en: 'what to do', zh: '建议' }) },
      ],
      rfm.summary.map((row) => [
        words(row.segment.name),
        String(row.customers),
        percent(row.share),
        row.recencyDays.toFixed(0),
        row.frequency.toFixed(1),
        row.monetary.toFixed(2),
        percent(row.monetaryShare),
        words(row.segment.advice),
      ]),
    );
  });
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
