// npm run bench:console: the console in a real browser before a node with 1,000,000 customers. How long the first screen takes from the start of the
// navigation, with an empty and a full cache, and every screen of the menu from the click until its data stands there; beside it the same screens of
// a node that has no customers, in turn, in the same run. `--people N`, `--data FOLDER` builds there once and uses it again, `--runs N`,
// `--only /path,/path` for some screens.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, quick, report, say, temporaryFolder } from './bench.ts';
import { built } from './build.ts';
import { type Seen, Walk } from './console-walk.ts';
import { asker, furnish, settled } from './console-world.ts';
import { type BenchNode, restartNode } from './node.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    data: { type: 'string' },
    people: { type: 'string', default: quick ? '10000' : '1000000' },
    runs: { type: 'string', default: quick ? '2' : '5' },
    only: { type: 'string' },
  },
});
const people = Number(options.people);
const runs = Number(options.runs);
const only = options.only?.split(',');
/** Five events each, and one in a hundred has 55. */
const busyEvery = 100;
/** Customers that were looked at before, each an entry of the audit log. */
const lookedAt = 2_000;
const firstLimitMs = 1_000;
const changeLimitMs = 200;

const temporary = options.data === undefined ? temporaryFolder() : undefined;
const folder = options.data ?? temporary!.path;

type Side = { node: BenchNode; walk: Walk; deep: string[] };

async function open(name: string, customers: number): Promise<Side & { events: number }> {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  say(`${name}: ${customers} customers (unless kept)`);
  const data = await built(own, customers, busyEvery);
  const node = await restartNode(own, data.accessToken);
  const step = Math.max(1, Math.floor(customers / lookedAt));
  const some = Array.from({ length: Math.min(customers, lookedAt) }, (_, at) => data.idOf(at * step));
  await furnish(own, node, some);
  await settled(asker(node));
  const busy = customers === 0 ? [] : [`/customers/p${data.idOf(0)}`, `/customers/p${data.idOf(1)}`];
  return { node, walk: await Walk.begin(node), deep: [...busy, '/segments/1', '/models/worth', '/audit/1'], events: data.events };
}

type Screens = Map<string, Seen[]>;
const add = (to: Screens, screen: string, seen: Seen) => to.set(screen, [...(to.get(screen) ?? []), seen]);

/** Every screen once, each met for the first time by this page. */
async function round({ walk, deep }: Side, into: Screens): Promise<void> {
  const { cold, warm } = await walk.first();
  add(into, 'first, cold', cold);
  add(into, 'first, warm', warm);
  const menu = await walk.open();
  for (const path of menu.filter((one) => one !== '/' && (only?.includes(one) ?? true))) add(into, path, await walk.click(path));
  for (const path of deep.filter((one) => only?.includes(one) ?? true))
    add(into, path.replace(/p\d+$/, path === deep[0] ? 'busy' : 'quiet'), await walk.follow(path));
  if (!only || only.includes('/')) add(into, '/', await walk.click('/'));
}

const full = await open('full', people);
const bare = await open('bare', 0);
const [seenFull, seenBare]: [Screens, Screens] = [new Map(), new Map()];
for (let at = 1; at <= runs; at += 1) {
  say(`round ${at} of ${runs}`);
  await round(full, seenFull);
  await round(bare, seenBare);
}

const isFirst = (screen: string) => screen.startsWith('first');
const shown = (seen: readonly Seen[]) => seen.map(({ shownMs }) => shownMs);
const ms = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? '-' : value.toFixed(0));

/** The question that took longest, in the middle of its rounds. */
function slowest(seen: readonly Seen[]): string {
  const took = new Map<string, number[]>();
  for (const { calls } of seen) for (const { name, tookMs } of calls) took.set(name, [...(took.get(name) ?? []), tookMs]);
  const [worst] = [...took].map(([name, times]) => ({ name, tookMs: median(times) })).sort((a, b) => b.tookMs - a.tookMs);
  return worst ? `${worst.name.replace(/\/p\d+/, '/p…')} ${ms(worst.tookMs)}` : '';
}

const rows = [...seenFull].map(([screen, seen]) => {
  const besides = seenBare.get(screen) ?? [];
  const shownMs = median(shown(seen));
  return {
    screen,
    thereMs: median(seen.map(({ thereMs }) => thereMs)),
    shownMs,
    worstMs: Math.max(...shown(seen)),
    completeMs: median(seen.map(({ completeMs }) => completeMs)),
    bareMs: besides.length > 0 ? median(shown(besides)) : Number.NaN,
    slowest: slowest(seen),
    wrong: seen.find(({ wrong }) => wrong !== '')?.wrong ?? '',
  };
});
const changes = rows.filter(({ screen }) => !isFirst(screen));
const over = (row: (typeof rows)[number]) => row.shownMs > (isFirst(row.screen) ? firstLimitMs : changeLimitMs);
const changesOf = (seen: Screens) => [...seen].filter(([screen]) => !isFirst(screen)).flatMap(([, one]) => one);
const there = changesOf(seenFull).map(({ thereMs }) => thereMs);
const thereWorstMs = Math.max(...there);
const thereOver = there.filter((value) => value > changeLimitMs).length;
const all = shown(changesOf(seenFull));
const allBare = shown(changesOf(seenBare));
const [cold, warm] = ['first, cold', 'first, warm'].map((name) => rows.find(({ screen }) => screen === name)!);
const changeMs = median(all);
const bareChangeMs = median(allBare);
const share = all.filter((value) => value > changeLimitMs).length / all.length;
const line = (row: (typeof rows)[number]) =>
  [
    over(row) ? '!' : ' ',
    row.screen.padEnd(22),
    ms(row.thereMs).padStart(7),
    ms(row.shownMs).padStart(7),
    ms(row.worstMs).padStart(7),
    ms(row.completeMs).padStart(8),
    ms(row.bareMs).padStart(7),
    (row.shownMs / row.bareMs).toFixed(1).padStart(6),
    ` ${row.slowest}${row.wrong && `  SAYS: ${row.wrong.slice(0, 80)}`}`,
  ].join(' ');
report(
  'console',
  {
    people,
    events: full.events,
    runs,
    firstColdMs: cold!.shownMs,
    firstWarmMs: warm!.shownMs,
    thereMs: median(there),
    thereWorstMs,
    thereOver,
    changeMs,
    worstMedianMs: Math.max(...changes.map(({ shownMs }) => shownMs)),
    screens: changes.length,
    screensOver: changes.filter(over).length,
    shareOver: share,
    bareChangeMs,
    peakMemoryMB: full.node.peakMemoryMB(),
  },
  { firstOfBare: cold!.shownMs / cold!.bareMs, changeOfBare: changeMs / bareChangeMs },
  [
    `console, ${people} customers with ${full.events} events, median of ${runs} rounds; each screen met for the first time by its page, times in ms`,
    `  ${'screen'.padEnd(22)}   there   shown   worst complete   empty  ratio  longest question`,
    ...rows.map(line),
    `  first screen ${ms(cold!.shownMs)} ms cold, ${ms(warm!.shownMs)} ms warm (at most ${firstLimitMs}); ${changes.length} screens: middle ${ms(changeMs)} ms, on an empty node ${ms(bareChangeMs)} ms, ratio ${(changeMs / bareChangeMs).toFixed(2)}`,
    `  a screen is there (its heading and what it is made of) after ${ms(median(there))} ms, the slowest of all after ${ms(thereWorstMs)} ms, ${thereOver} of ${there.length} later than ${changeLimitMs} ms`,
    `  its data stands later than ${changeLimitMs} ms on: ${changes.filter(over).length} screens by their median, ${(share * 100).toFixed(1)} % of all changes; peak memory of the node ${full.node.peakMemoryMB().toFixed(0)} MB`,
  ],
);
if (options.data !== undefined)
  writeFileSync(
    join(folder, 'console-rounds.json'),
    JSON.stringify({ full: Object.fromEntries(seenFull), bare: Object.fromEntries(seenBare) }),
  );
const browser = full.walk.browser;
for (const { walk, node } of [full, bare]) {
  await walk.close();
  await node.stop();
}
await browser?.close();
temporary?.remove();
