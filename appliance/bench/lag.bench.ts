// npm run bench:lag: how late the event loop of a serving process is while a training runs in the trainer's thread, against the same loop without
// one in the same run. What serves is a small HTTP server in this thread, asked at a steady pace from a thread of its own.

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { categoryColumn, type Matrix, numberColumn } from '../core/matrix/matrix.ts';
import { benchTable } from '../decide/models/boosting/testing/tables.ts';
import { startTrainer, type TrainProgress } from '../decide/models/models.ts';
import { quantile, quick, report, say } from './bench.ts';

const rows = quick ? 50_000 : 200_000;
const aimMs = 20;
const resolutionMs = 2;
const askEveryMs = 5;
const quietMs = quick ? 5_000 : 20_000;

function tableOf(): Matrix {
  const { features, labels } = benchTable(rows, 7);
  const columns = features.columns.map((column, at) => numberColumn(`c${at}`, column, 'f32'));
  return {
    rows,
    columns: [
      ...columns,
      categoryColumn(
        'left',
        Array.from(labels, (label) => (label === 1 ? 'Yes' : 'No')),
      ),
    ],
  };
}

/** Reads, signs and answers an event, as tracking does. */
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(parts).toString()) as object;
    const mark = createHmac('sha256', 'key').update(JSON.stringify(body)).digest('hex');
    response.end(JSON.stringify({ mark }));
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const asking = new Worker(new URL('./lag-asking.thread.ts', import.meta.url), {
  workerData: { port: (server.address() as AddressInfo).port, everyMs: askEveryMs },
});
let answers: number[] = [];
asking.on('message', (ms: number) => answers.push(ms));

type Lag = { p50: number; p99: number; most: number; answerP99: number; answers: number };

async function lagDuring(work: () => Promise<unknown>): Promise<Lag> {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  answers = [];
  delay.enable();
  await work();
  delay.disable();
  // What the timer itself waits is no lag.
  const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  return {
    p50: ms(delay.percentile(50)),
    p99: ms(delay.percentile(99)),
    most: ms(delay.max),
    answerP99: quantile(answers, 0.99),
    answers: answers.length,
  };
}

say(`making ${rows} rows x 30`);
const matrix = tableOf();
const threads = Math.min(2, availableParallelism());
const trainer = startTrainer();
await pause(1_000);
say('serving alone');
const before = await lagDuring(() => pause(quietMs));
say('serving while training');
const slowest = { ms: 0, stage: '' };
let [trainS, toldAtMs, stage] = [0, performance.now(), 'handing over'];
const progress = (told: TrainProgress) => {
  const nowMs = performance.now();
  if (nowMs - toldAtMs > slowest.ms) Object.assign(slowest, { ms: nowMs - toldAtMs, stage });
  if (told.stage.en !== stage) say(`  ${(told.share * 100).toFixed(0)}%  ${told.stage.en}`);
  [toldAtMs, stage] = [nowMs, told.stage.en];
};
const during = await lagDuring(async () => {
  const beganMs = performance.now();
  await trainer.train({ name: 'bench', matrix, label: 'left', language: 'en', budget: 'small', threads, progress });
  trainS = (performance.now() - beganMs) / 1000;
});
say('serving alone again');
const after = await lagDuring(() => pause(quietMs));
await asking.terminate();
await trainer.close();
server.close();

const line = (name: string, { p50, p99, most, answerP99, answers: count }: Lag) =>
  `  ${name.padEnd(10)} lag p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)}, most ${most.toFixed(1)}; ${count} answers, p99 ${answerP99.toFixed(1)} ms`;
const alone = Math.max(before.p99, after.p99);
report(
  'lag',
  {
    ...{ rows, threads, trainS, aimMs, lagP99Ms: during.p99, aloneP99Ms: alone, lagMostMs: during.most },
    ...{ answerP99Ms: during.answerP99, aloneAnswerP99Ms: Math.max(before.answerP99, after.answerP99) },
  },
  { lag: during.p99 / alone, ofAim: during.p99 / aimMs },
  [
    `${rows} rows x 30 trained in ${trainS.toFixed(1)} s with ${threads} threads beside a server asked every ${askEveryMs} ms:`,
    ...[line('before', before), line('training', during), line('after', after)],
    `  aim: p99 under ${aimMs} ms while training: ${during.p99 < aimMs ? 'met' : 'missed'}; longest silence of its progress ${(slowest.ms / 1000).toFixed(1)} s (${slowest.stage})`,
  ],
);
