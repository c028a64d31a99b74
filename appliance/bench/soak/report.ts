// What a soak prints when it ends: a table of the work, one of the levels, and each verdict with what was found and what was allowed.

import { quantile } from '../bench.ts';
import type { Compared } from './ending.ts';
import type { Verdict } from './judge.ts';
import { machineKinds } from './machine.ts';
import type { Samples } from './sample.ts';
import type { Kind, Tally } from './tally.ts';

export type Report = {
  minutes: number;
  people: number;
  seed: number;
  ranS: number;
  kinds: readonly Kind[];
  tally: Tally;
  samples: Samples;
  compared: Compared;
  verdicts: Verdict[];
  errors: string[];
  /** The last lines of the node's log. */
  said: string;
};

export function printed(report: Report): string[] {
  const { minutes, people, seed, verdicts, compared, errors } = report;
  const said = report.said.split('\n').filter((line) => line.includes('"level"'));
  const failed = verdicts.filter(({ ok }) => !ok).length;
  return [
    `soak: ${minutes} minutes, ${people} customers at first, seed ${seed}`,
    '',
    ...workTable(report),
    '',
    ...levelTable(report.samples),
    '',
    ...sharedMachine(report.samples),
    `read again at the end: ${compared.events} events of ${compared.customers} customers`,
    '',
    ...verdicts.map(({ what, ok, found, bound }) => `${ok ? 'ok  ' : 'FAIL'} ${what}: ${found}${bound && `; ${bound}`}`),
    ...(errors.length > 0 ? ['', 'errors:', ...errors.map((one) => `  ${one}`)] : []),
    ...(said.length > 0 ? ['', 'the last lines of the log:', ...said] : []),
    '',
    failed === 0 ? `all ${verdicts.length} verdicts are good` : `${failed} of ${verdicts.length} verdicts fail`,
  ];
}

/** More than this of the processors for programs that are no part of it, and times tell of them too. */
const othersMost = 20;

function sharedMachine(samples: Samples): string[] {
  const others = quantile(samples.values('processors, others (%)'), 0.5);
  if (!(others > othersMost)) return [];
  return [`other programs had ${others.toFixed(0)} % of the processors (median): the times below are theirs as well`, ''];
}

function workTable({ kinds, tally }: Report): string[] {
  const head = ['work', 'done', '429', 'errors', 'p50 ms', 'p95', 'p99', 'max', 'how much'];
  const all = [...kinds, ...machineKinds.map((kind) => ({ kind, rate: 'every second: this machine, without the node' }))];
  const rows = all.map(({ kind, rate }) => {
    const { tookMs, refused, failed } = tally.of(kind);
    const at = (q: number) => (tookMs.length === 0 ? '' : quantile(tookMs, q).toFixed(0));
    const worst = tookMs.length === 0 ? '' : tookMs.reduce((a, b) => Math.max(a, b)).toFixed(0);
    return [kind, `${tookMs.length}`, `${refused}`, `${failed}`, at(0.5), at(0.95), at(0.99), worst, rate];
  });
  return table([head, ...rows]);
}

function levelTable(samples: Samples): string[] {
  const rows = samples.names.map((name) => {
    const values = samples.values(name);
    return [name, values[0]!, quantile(values, 0.5), values.at(-1)!, values.reduce((a, b) => Math.max(a, b))].map((value) =>
      typeof value === 'number' ? value.toFixed(0) : value,
    );
  });
  return table([['level (MB, ms or a count)', 'first', 'median', 'last', 'most'], ...rows]);
}

function table(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  const last = widths.length - 1;
  return rows.map((row) =>
    row
      .map((cell, at) =>
        at === 0 || (at === last && Number.isNaN(Number(cell))) ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!),
      )
      .join('  ')
      .trimEnd(),
  );
}
