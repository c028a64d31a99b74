// `npm run bench:resolve`: 100,000 and 1,000,000 synthetic customers, a fifth of them repeats, from columns to clusters. Beside it, in the
// same process: the ceiling (the same number of pairs, codes compared for equality, nothing else) and what a GROUP BY finds.
// Options: --quick (20,000 and 100,000), --json (one line), --runs N, --threads N.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { encodeTable } from './encode.ts';
import { type PersonTable, pairwiseScore, resolveTable } from './matching.ts';
import { mix } from './strings.ts';
import { customerManner, makePeople } from './synthetic.ts';

type Figures = {
  rows: number;
  seconds: number;
  /** Processor time of all threads: what the clock would show alone on the machine is at least this by the number of threads. */
  cpuSeconds: number;
  peakMb: number;
  pairs: number;
  f1: number;
  ceilingSeconds: number;
  exactSeconds: number;
  exactF1: number;
};

const flag = (name: string): boolean => process.argv.includes(`--${name}`);
const value = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const threads = value('threads', Math.min(2, availableParallelism()));

const one = value('one', 0);
if (one > 0) console.log(JSON.stringify(await measure(one)));
else await compareSizes();

async function measure(rows: number): Promise<Figures> {
  const { table, truth } = makePeople({ rows, seed: 7, manner: customerManner, repeats: 0.2, mostRepeats: 2, families: 0.2 });
  const cpu = process.cpuUsage();
  const started = performance.now();
  const { clusters, parameters } = await resolveTable(table, { threads });
  const seconds = (performance.now() - started) / 1000;
  const spent = process.cpuUsage(cpu);
  const peakMb = peakMemoryMb();
  const exactStarted = performance.now();
  const exact = groupExactly(table);
  const exactSeconds = (performance.now() - exactStarted) / 1000;
  return {
    rows,
    seconds,
    cpuSeconds: (spent.user + spent.system) / 1e6,
    peakMb,
    pairs: parameters.comparedPairs,
    f1: pairwiseScore(clusters, truth).f1,
    ceilingSeconds: ceiling(table, parameters.comparedPairs),
    exactSeconds,
    exactF1: pairwiseScore(exact, truth).f1,
  };
}

// The kernel's high-water mark where there is one; elsewhere what is resident now.
function peakMemoryMb(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;
  } catch {
    return process.memoryUsage().rss / 2 ** 20;
  }
}

function ceiling(table: PersonTable, pairs: number): number {
  const { fields, rowCount } = encodeTable(table);
  const started = performance.now();
  let equal = 0;
  for (let k = 0; k < pairs; k++) {
    const left = mix(k) % rowCount;
    const right = mix(k ^ 0x5bd1e995) % rowCount;
    for (const { codes } of fields) if (codes[left] === codes[right]) equal++;
  }
  if (equal < 0) throw new Error('unreachable: keeps the loop from being left out');
  return (performance.now() - started) / 1000;
}

// What one finds without a matcher: the same given name, surname and date of birth.
function groupExactly(table: PersonTable): Int32Array {
  const parts = ['givenName', 'surname', 'birthDate'].map((kind) => table.columns.find(({ field }) => field === kind)!.values);
  const firstRow = new Map<string, number>();
  return Int32Array.from({ length: table.rowCount }, (_, row) => {
    if (parts.some((values) => values[row] === null)) return row;
    const key = parts.map((values) => values[row]).join('|');
    const first = firstRow.get(key) ?? row;
    firstRow.set(key, first);
    return first;
  });
}

async function compareSizes(): Promise<void> {
  const sizes = flag('quick') ? [20_000, 100_000] : [100_000, 1_000_000];
  const runs = value('runs', flag('quick') ? 1 : 3);
  const figures: Figures[] = [];
  for (const rows of sizes) figures.push(await medianOf(rows, rows >= 1_000_000 ? 1 : runs));
  const [small, large] = figures as [Figures, Figures];
  const ratios = {
    growth: large.seconds / small.seconds,
    rowsGrowth: large.rows / small.rows,
    timeToCeiling: large.seconds / large.ceilingSeconds,
    f1ToExact: large.f1 / large.exactF1,
  };
  if (flag('json')) {
    console.log(JSON.stringify({ name: 'resolve', threads, figures, ratios }));
    return;
  }
  for (const f of figures) {
    console.log(
      `${f.rows.toLocaleString('en')} rows: ${f.seconds.toFixed(1)} s (${f.cpuSeconds.toFixed(1)} s of processor time), peak ${f.peakMb.toFixed(0)} MB, ${f.pairs.toLocaleString('en')} pairs, F1 ${f.f1.toFixed(4)}` +
        ` (equality of codes alone over as many pairs ${f.ceilingSeconds.toFixed(2)} s; GROUP BY name and birth date ${f.exactSeconds.toFixed(2)} s, F1 ${f.exactF1.toFixed(4)})`,
    );
  }
  console.log(
    `growth ${ratios.growth.toFixed(1)} for ${ratios.rowsGrowth} times the rows; ${ratios.timeToCeiling.toFixed(0)} times the ceiling; ${threads} threads`,
  );
}

// Each run in a process of its own, so that its peak memory is its own.
async function medianOf(rows: number, runs: number): Promise<Figures> {
  const results: Figures[] = [];
  for (let run = 0; run < runs; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      fileURLToPath(import.meta.url),
      '--one',
      String(rows),
      '--threads',
      String(threads),
    ]);
    results.push(JSON.parse(stdout) as Figures);
  }
  return results.sort((a, b) => a.seconds - b.seconds)[Math.floor(results.length / 2)]!;
}
