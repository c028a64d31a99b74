// npm run bench:match: a whole match between two nodes and a coordinator as processes on this machine, over TLS, kept at every step: a million
// telephone numbers against a million, ECDH, both learn, counted first by the coordinator. Beside it, in the same run, as many bare X25519 of
// libsodium on as many threads as there are processors, which both nodes share. `--size N` items a side.

import { availableParallelism } from 'node:os';
import { startPool } from '../core/pool/pool.ts';
import { type Members, type Side, startMembers } from '../simulation/testing/members.ts';
import { peakMemoryMB, quick, report } from './bench.ts';
import type * as ceilingTasks from './psi-ceiling.task.ts';

function sizeFromArguments(): number | undefined {
  const at = process.argv.indexOf('--size');
  if (at < 0) return undefined;
  const size = Number(process.argv[at + 1]);
  if (!Number.isInteger(size) || size < 1000) throw new RangeError('--size: expected a whole number from 1000');
  return size;
}
const size = sizeFromArguments() ?? (quick ? 20_000 : 1_000_000);
const longS = 3_600;
const partBytes = 8 * 1024 * 1024;
const since = (startMs: number) => (performance.now() - startMs) / 1000;

/** @returns the file's id */
async function bring({ process: node }: Side, first: number): Promise<string> {
  const columns = { id: 'no', kinds: { phone: ['mobile'] } };
  const { id } = await node.client.ask<{ id: string }>('POST', '/api/matches/files/open', { columns, name: 'bench' });
  const lines = Array.from({ length: size }, (_, at) => `${at},136${String(first + at).padStart(8, '0')}\n`);
  const bytes = Buffer.from(`no,mobile\n${lines.join('')}`);
  for (let part = 0; part * partBytes < bytes.length; part += 1) {
    const piece = bytes.subarray(part * partBytes, (part + 1) * partBytes);
    await node.client.ask('PUT', `/api/matches/files/${id}/parts/${part}`, piece, { 'content-type': 'text/csv' });
  }
  await node.client.ask('POST', `/api/matches/files/${id}/finish`);
  return id;
}

async function match(members: Members): Promise<{ wholeS: number; multipliedS: number }> {
  const { one, two, federation, responder } = members;
  const files = [await bring(one, 0), await bring(two, Math.floor(size / 2))];
  const proposed = await one.act<{ match: string }>('match.propose', {
    federation,
    responder,
    learns: 'both',
    use: 'overlap',
    purpose: 'customer_service',
    reason: 'bench',
    kinds: ['phone'],
    source: { from: 'file', file: files[0] },
  });
  await two.until(proposed.match, ({ phase }) => phase === 'asked');
  const startMs = performance.now();
  await two.act('match.accept', { match: proposed.match, source: { from: 'file', file: files[1] } });
  await two.until(
    proposed.match,
    ({ phase, progress }) => phase !== 'running' || (progress.total > 0 && progress.done >= progress.total),
  );
  const multipliedS = since(startMs);
  const ended = await Promise.all([one, two].map((side) => side.until(proposed.match, ({ phase }) => phase === 'ended', longS)));
  const wholeS = since(startMs);
  const wanted = size - Math.floor(size / 2);
  for (const { learned } of ended) {
    if (learned?.customers !== wanted) throw new Error(`found ${learned?.customers}, expected ${wanted}`);
  }
  return { wholeS, multipliedS };
}

const members = await startMembers({ minSize: 100, minIntersection: 50, maxSize: 5_000_000 });
try {
  const { wholeS, multipliedS } = await match(members);
  const memoryMB = [members.one, members.two].map(({ process: { pid } }) => peakMemoryMB(pid));
  const pool = startPool<typeof ceilingTasks>(new URL('./psi-ceiling.task.ts', import.meta.url), {
    threads: availableParallelism(),
  });
  await pool.stretches('multiply', 4_096, (stretch) => stretch);
  const ceilingMs = performance.now();
  await pool.stretches('multiply', 4 * size, (stretch) => stretch, { size: 4096 });
  const ceilingS = since(ceilingMs);
  await pool.close();
  const figures = { size, wholeS, multipliedS, ceilingS, memoryMB: Math.max(...memoryMB) };
  const ratios = { wholeToCeiling: wholeS / ceilingS };
  const lines = [
    `match ${size} x ${size}, two nodes and a coordinator on this machine, from the acceptance to the signed end: ${wholeS.toFixed(1)} s`,
    `  until the second node had multiplied all it has to: ${multipliedS.toFixed(1)} s; peak memory of a node ${figures.memoryMB.toFixed(0)} MB`,
    `  ${4 * size} bare X25519 on ${availableParallelism()} threads: ${ceilingS.toFixed(1)} s; the whole is ${ratios.wholeToCeiling.toFixed(2)} times that`,
  ];
  report('match', figures, ratios, lines);
} finally {
  await Promise.all([members.one.process.stop(), members.two.process.stop()]);
  members.close();
}
