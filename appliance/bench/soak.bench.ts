// npm run soak: one node as people run it (its own command, over HTTP, SQLite) under everything at once for half an hour: events, reads, trainings, backups with a
// tried restore, segments that come and go, consents, erasures, packages. Memory, handles, errors, times and what is in the record at the end get a verdict each;
// the exit code is 1 where one fails. `--minutes N` (30), `--people N` (25,000: more records than the node keeps in memory, so that its caches are full),
// `--seed N`, `--json FILE`. Ctrl-C leaves nothing behind.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemPorts } from '../core/ports.ts';
import { makePlace, type NodeProcess, type Place, startNode } from '../simulation/testing/process.ts';
import { say, temporaryFolder } from './bench.ts';
import { type Commanded, command, compare, judgeCompared } from './soak/ending.ts';
import { type FlatBound, judgeFlat, judgeKind, judgeMost, judgeNone, type Verdict } from './soak/judge.ts';
import { Machine, machineKinds, Processors } from './soak/machine.ts';
import { Pace } from './soak/pace.ts';
import { People } from './soak/people.ts';
import { printed, type Report } from './soak/report.ts';
import { Samples } from './soak/sample.ts';
import { Tally } from './soak/tally.ts';
import { kinds, Work } from './soak/work.ts';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    people: { type: 'string', default: '25000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});
// As holdfast.service sets it: the node is run as users run it.
process.env.MALLOC_ARENA_MAX ??= '2';
const minutes = number('minutes', 1);
const people = number('people', 1_000);
const seed = number('seed', 0);
const untilS = minutes * 60;
const lookEveryS = 5;
const scrapeEveryS = 15;
/** When a restore is tried out: with a few backups there, and time left to show what it did. */
const restoreAtShare = 0.6;

/** What may grow, and why. Descriptors and handles without connections, which are counted as sockets. */
const flat: readonly FlatBound[] = [
  { name: 'resident memory', unit: 'MB', perHour: 120, why: 'two megabytes a minute; what the C library rounds up is less' },
  { name: 'heap used', unit: 'MB', perHour: 60, why: 'a megabyte a minute; histories in memory have their limits' },
  { name: 'external memory', unit: 'MB', perHour: 60, why: 'columns grow with customers, in steps' },
  { name: 'descriptors', unit: '', perHour: 12, why: 'one left by each erasure, backup or stream would be more' },
  { name: 'threads', unit: '', perHour: 6, why: 'trainings end theirs' },
  { name: 'active handles', unit: '', perHour: 12, why: 'as descriptors' },
];
const logMostMB = 512;
const waitingMost = 10_000;
/** The client keeps 64 connections; streams, commands and the listener come besides. */
const socketsMost = 100;

function number(name: 'minutes' | 'people' | 'seed', least: number): number {
  const value = Number(options[name]);
  if (!(value >= least)) throw new RangeError(`--${name}: expected a number of ${least} or more`);
  return value;
}

/** Customers with a past, so that the load meets a node with people in it. */
async function fill(work: Work, all: People): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let batch = [];
  for (const message of all.pasts(people)) {
    batch.push(message);
    if (batch.length < 400) continue;
    const sending = work.send(batch, undefined, 'pasts').finally(() => underWay.delete(sending));
    underWay.add(sending);
    batch = [];
    if (underWay.size >= 6) await Promise.race(underWay);
  }
  await work.send(batch, undefined, 'pasts');
  await Promise.all(underWay);
}

type Loaded = { tally: Tally; people: People; work: Work; samples: Samples; broken: string[]; restored: Commanded; ranS: number };

/** Everything at once, for as long as it was asked for. */
async function load(place: Place, node: NodeProcess): Promise<Loaded> {
  const tally = new Tally(node.client);
  const all = new People(seed, systemPorts.clock.nowMs);
  const home = join(place.folder, '..');
  const writeKey = await node.client.addSource('soak');
  const work = new Work({ tally, people: all, writeKey, url: node.url, accessToken: place.accessToken });
  say(`filling ${people} customers`);
  await fill(work, all);
  await work.furnish();
  say(`everything at once for ${minutes} minutes`);
  const samples = new Samples();
  const broken: string[] = [];
  const machine = await Machine.open(join(home, 'probe'), tally);
  const pace = new Pace((error) => broken.push(String(error)));
  work.begin(pace);
  const processors = new Processors(node.pid);
  const look = async () => {
    samples.look(node.pid, place.folder, pace.elapsedS);
    processors.look(samples, pace.elapsedS);
  };
  pace.every(lookEveryS, look, 1);
  pace.every(scrapeEveryS, () => samples.scrape(tally, pace.elapsedS), 1);
  pace.every(1, () => machine.look(), 1);
  pace.every(60, async () => say(progressOf(samples, pace.elapsedS, tally.failed)));
  let restored: Commanded = { ok: false, said: 'not tried' };
  const tryOut = async () => {
    restored = await command(place, 'restore', '--test', '--to', home);
  };
  pace.every(untilS, tryOut, untilS * restoreAtShare);
  while (pace.elapsedS < untilS) await pace.wait(Math.min(1, untilS - pace.elapsedS));
  await pace.end();
  await machine.close();
  return { tally, people: all, work, samples, broken, restored, ranS: pace.elapsedS };
}

async function judge(place: Place, node: NodeProcess, loaded: Loaded): Promise<Report> {
  const { tally, samples, broken, restored, ranS } = loaded;
  say('comparing what was acknowledged with what is there');
  const compared = await compare(loaded);
  const audit = await command(place, 'audit', 'verify');
  const doctor = await node.client.ask<{ findings: { severity: string; check: string }[] }>('GET', '/api/doctor?deep=true');
  const ill = doctor.findings.filter(({ severity }) => severity === 'error').map(({ check }) => check);
  const code = await node.stop();
  const errors = [...tally.errors(), ...broken];
  const verdicts: Verdict[] = [
    ...flat.map((bound) => judgeFlat(samples.of(bound.name), untilS, bound)),
    ...kinds.flatMap((kind) => judgeKind(tally.counted(kind))),
    judgeNone('errors', tally.failed + broken.length, errors[0]),
    ...judgeCompared(compared),
    judgeMost('write-ahead log', 'MB', samples.values('write-ahead log'), logMostMB),
    judgeMost('sockets', 'open', samples.values('sockets'), socketsMost),
    judgeMost('events waiting', 'at once', samples.values('events waiting'), waitingMost),
    { what: 'restore tried out meanwhile', ok: restored.ok, found: restored.ok ? 'passes all checks' : restored.said, bound: '' },
    { what: 'audit log verifies', ok: audit.ok, found: audit.ok ? 'yes' : audit.said, bound: '' },
    judgeNone("doctor's errors at the end", ill.length, ill.join(', ')),
    { what: 'ends when told to', ok: code === 0, found: `exit code ${code}`, bound: '0' },
  ];
  return { minutes, people, seed, ranS, kinds, tally, samples, compared, verdicts, errors, said: node.complaints() };
}

function progressOf(samples: Samples, atS: number, failed: number): string {
  const last = (name: string) => Math.round(samples.values(name).at(-1) ?? Number.NaN);
  return `  ${Math.round(atS / 60)} min: ${last('resident memory')} MB, heap ${last('heap used')} MB, ${last('descriptors')} descriptors, database ${last('database')} MB, log ${last('write-ahead log')} MB, ${failed} errors`;
}

const home = temporaryFolder();
let running: NodeProcess | undefined;
const leave = (signal: NodeJS.Signals) => {
  say(`${signal}: ending the node, removing its folder`);
  // What the exit does: the node is killed and the folder goes (testing/process.ts, bench.ts).
  process.exit(signal === 'SIGINT' ? 130 : 143);
};
process.once('SIGINT', leave);
process.once('SIGTERM', leave);
try {
  mkdirSync(join(home.path, 'backups'), { mode: 0o700 });
  const place = await makePlace(
    { backup: { to: join(home.path, 'backups'), keep: { last: 2 } }, log: { level: 'warn' } },
    home.path,
  );
  running = await startNode(place);
  const report = await judge(place, running, await load(place, running));
  process.stdout.write(`${printed(report).join('\n')}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(forPrograms(report))}\n`);
  if (report.verdicts.some(({ ok }) => !ok)) process.exitCode = 1;
} finally {
  await running?.kill();
  home.remove();
}

function forPrograms({ tally, samples, kinds: all, ...rest }: Report): object {
  const times = (kind: string) => {
    const { tookMs, refused, failed } = tally.of(kind);
    return { count: tookMs.length, refused, failed, tookMs: tookMs.map((ms) => Math.round(ms * 10) / 10) };
  };
  return {
    ...rest,
    kinds: all.map((kind) => ({ ...kind, ...times(kind.kind) })),
    machine: machineKinds.map((kind) => ({ kind, ...times(kind) })),
    series: Object.fromEntries(samples.names.map((name) => [name, samples.of(name)])),
  };
}
