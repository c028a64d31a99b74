// npm run bench:segments: 20 mixed rules over 1,000,000 customers in 40 columns, recomputed from the rules' text to bitmaps of members, in worker
// threads and in one thread, against loops over the same typed arrays written by hand for each rule, in the same run; and a node that follows
// 200 segments while 1,000 events arrive a second, against the same node without (segments-live.ts).

import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import {
  type Cells,
  type Column,
  type ColumnKind,
  emptyChunk,
  type Matrix,
  rowsPerChunk,
  type Storage,
} from '../core/matrix/matrix.ts';
import { Calendar } from '../decide/segments/rules/calendar.ts';
import { compile } from '../decide/segments/rules/compile.ts';
import { columnCatalogue, type Measure } from '../decide/segments/rules/measure.ts';
import { findMembers } from '../decide/segments/rules/members.ts';
import { MembersPool } from '../decide/segments/rules/members-pool.ts';
import { parseRule } from '../decide/segments/rules/parse.ts';
import { vocabulary } from '../decide/segments/rules/vocabulary.ts';
import { median, quick, report, say } from './bench.ts';
import { measureLive } from './segments-live.ts';

const rows = quick ? 300_000 : 1_000_000;
const rounds = quick ? 5 : 15;
const threads = Math.min(2, availableParallelism());
const nowMs = Date.parse('2026-03-07T15:30:00Z');
const dayMs = 86_400_000;

let state = 20_260_307;
/** Numbers from 0 to before 1 from a seed (xorshift32): every run measures the same customers. */
function random(): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 0x1_0000_0000;
}

function columnOf(name: string, kind: ColumnKind, storage: Storage, make: () => number, levels?: readonly string[]): Column {
  const chunks: Cells[] = [];
  for (let begin = 0; begin < rows; begin += rowsPerChunk) {
    const cells = emptyChunk(storage);
    for (let at = 0; at < Math.min(rowsPerChunk, rows - begin); at += 1) if (random() > 0.03) cells[at] = make();
    chunks.push(cells);
  }
  return { name, kind, storage, chunks, ...(levels && { levels }) };
}

const texts = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix} ${at}`);
const cities = ['上海', 'Beijing', 'Guangzhou', ...texts('city', 297)];
const skewed = (most: number) => () => Math.floor(random() ** 3 * most);
const ago = (days: number) => () => nowMs - random() ** 2 * days * dayMs;
const last = (n: number) => ({ kind: 'last', n, unit: 'day' }) as const;
const lately = (event: string): Measure => ({ kind: 'moment', which: 'last', event });

say(`making ${rows} customers in 40 columns`);
const table: [Measure, Column][] = [
  [{ kind: 'orders', measure: 'spend', in: last(30) }, columnOf('spend30', 'number', 'f64', () => random() ** 3 * 20_000)],
  [{ kind: 'orders', measure: 'spend', in: last(90) }, columnOf('spend90', 'number', 'f64', () => random() ** 3 * 50_000)],
  [{ kind: 'orders', measure: 'count', in: last(90) }, columnOf('orders90', 'number', 'u16', skewed(40))],
  [{ kind: 'orders', measure: 'average' }, columnOf('average', 'number', 'f32', () => random() * 900)],
  [{ kind: 'order', which: 'last' }, columnOf('lastOrder', 'time', 'f64', ago(700))],
  [lately('*'), columnOf('active', 'time', 'f64', ago(400))],
  [lately('Product Viewed'), columnOf('viewed', 'time', 'f64', ago(300))],
  [lately('Cart Viewed'), columnOf('cart', 'time', 'f64', ago(500))],
  [{ kind: 'times', event: 'Product Viewed', in: last(30) }, columnOf('views30', 'number', 'u16', skewed(200))],
  [{ kind: 'times', event: 'Email Opened', in: last(90) }, columnOf('opens90', 'number', 'u8', skewed(60))],
  [{ kind: 'trait', name: 'city' }, columnOf('city', 'category', 'u16', () => Math.floor(random() * cities.length), cities)],
  [
    { kind: 'trait', name: 'memberLevel' },
    columnOf('level', 'category', 'u8', skewed(4), ['basic', 'silver', 'gold', 'platinum']),
  ],
  [{ kind: 'trait', name: 'gender' }, columnOf('gender', 'category', 'u8', () => Math.floor(random() * 2), ['female', 'male'])],
  [{ kind: 'trait', name: 'points' }, columnOf('points', 'number', 'i32', skewed(100_000))],
  [{ kind: 'trait', name: 'createdAt' }, columnOf('created', 'time', 'f64', ago(3000))],
  [{ kind: 'birthday' }, columnOf('birthday', 'time', 'f64', () => Math.floor(-10_000 + random() * 24_000) * dayMs)],
  [{ kind: 'score', name: 'churn' }, columnOf('churn', 'number', 'f32', random)],
  [{ kind: 'score', name: 'value' }, columnOf('value', 'number', 'f32', random)],
  [{ kind: 'openTickets' }, columnOf('tickets', 'number', 'u8', skewed(5))],
  [{ kind: 'complaints', in: last(180) }, columnOf('complaints', 'number', 'u8', skewed(4))],
  [{ kind: 'consent', purpose: 'marketing', channel: 'email' }, columnOf('email', 'number', 'u8', () => Number(random() < 0.6))],
  [{ kind: 'consent', purpose: 'marketing', channel: 'sms' }, columnOf('sms', 'number', 'u8', () => Number(random() < 0.4))],
  [
    { kind: 'channel' },
    columnOf('channel', 'category', 'u8', () => Math.floor(random() * 5), ['web', 'app', 'store', 'wechat', 'phone']),
  ],
  [{ kind: 'device' }, columnOf('device', 'category', 'u8', () => Math.floor(random() * 3), ['ios', 'android', 'desktop'])],
  ...Array.from({ length: 16 }, (_, at): [Measure, Column] => {
    const name = `more_${at}`;
    return [{ kind: 'computed', name }, columnOf(name, 'number', at % 2 ? 'f64' : 'i32', skewed(1000))];
  }),
];
const matrix: Matrix = { rows, columns: table.map(([, column]) => column) };
const catalogue = columnCatalogue(table.map(([measure, { name }]) => ({ measure, column: name })));
const names = vocabulary({
  computed: texts('more', 16).map((name) => ({ name: name.replace(' ', '_'), type: 'number' as const })),
});
const calendar = new Calendar('UTC');

const cells = new Map(matrix.columns.map(({ name, chunks }) => [name, chunks]));
type Loop = (chunk: number, until: number, out: Uint8Array) => number;
const f64 = (name: string) => cells.get(name) as readonly Float64Array[];
const f32 = (name: string) => cells.get(name) as readonly Float32Array[];
const i32 = (name: string) => cells.get(name) as readonly Int32Array[];
const u16 = (name: string) => cells.get(name) as readonly Uint16Array[];
const u8 = (name: string) => cells.get(name) as readonly Uint8Array[];
const since = (days: number) => nowMs - days * dayMs;

/** Ages and birthdays are days of birth by hand too. */
const bornBy = (years: number) => Date.UTC(2026 - years, 2, 7);
function soon(birthMs: number, days: number): boolean {
  const birth = new Date(birthMs);
  const next = Date.UTC(2026, birth.getUTCMonth(), birth.getUTCDate());
  return next >= Date.UTC(2026, 2, 7) && next <= Date.UTC(2026, 2, 7 + days);
}

/** A loop for one rule: what `holds` says of a row, written out for each rule below so that each is compiled by itself. */
const rules: [text: string, loop: Loop][] = [
  [
    'monthly spend > 5000 and active in 30 days = platinum',
    (c, n, out) => {
      const a = f64('spend30')[c]!,
        b = f64('active')[c]!,
        t = since(30);
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i]! > 5000 && b[i]! > t && b[i]! <= nowMs) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'in segment platinum and may be used for marketing by email',
    (c, n, out) => {
      const a = f64('spend30')[c]!,
        b = f64('active')[c]!,
        e = u8('email')[c]!,
        t = since(30);
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i]! > 5000 && b[i]! > t && b[i]! <= nowMs && e[i] === 1) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'city in (上海, Beijing) and orders in 90 days >= 3',
    (c, n, out) => {
      const a = u16('city')[c]!,
        b = u16('orders90')[c]!;
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i]! <= 1 && b[i]! >= 3 && b[i] !== 0xffff) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'not active in 90 days and spend in 90 days > 1000',
    (c, n, out) => {
      const a = f64('active')[c]!,
        b = f64('spend90')[c]!,
        t = since(90);
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (!(a[i]! > t && a[i]! <= nowMs) && b[i]! > 1000) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'score churn > 0.7 and memberLevel in (gold, platinum)',
    (c, n, out) => {
      const a = f32('churn')[c]!,
        b = u8('level')[c]!;
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i]! > 0.7 && (b[i] === 2 || b[i] === 3)) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'last order more than 60 days ago and did "Product Viewed" in 7 days',
    (c, n, out) => {
      const a = f64('lastOrder')[c]!,
        b = f64('viewed')[c]!,
        t = since(60),
        u = since(7);
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i]! <= t && b[i]! > u && b[i]! <= nowMs) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'did "Cart Viewed" in 3 days and not (last order in 3 days)',
    (c, n, out) => {
      const a = f64('cart')[c]!,
        b = f64('lastOrder')[c]!,
        t = since(3);
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i]! > t && a[i]! <= nowMs && !(b[i]! > t && b[i]! <= nowMs)) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'did "Product Viewed" at least 20 times in 30 days or did "Email Opened" at least 10 times in 90 days',
    (c, n, out) => {
      const a = u16('views30')[c]!,
        b = u8('opens90')[c]!;
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if ((a[i]! >= 20 && a[i] !== 0xffff) || (b[i]! >= 10 && b[i] !== 0xff)) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'age between 18 and 30 and gender = female',
    (c, n, out) => {
      const a = f64('birthday')[c]!,
        b = u8('gender')[c]!,
        from = bornBy(31),
        to = bornBy(18);
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i]! > from && a[i]! <= to && b[i] === 0) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'birthday in 7 days and may be used for marketing by sms',
    (c, n, out) => {
      const a = f64('birthday')[c]!,
        b = u8('sms')[c]!;
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (b[i] === 1 && soon(a[i]!, 7)) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'open tickets >= 1 or complaints in 180 days >= 2',
    (c, n, out) => {
      const a = u8('tickets')[c]!,
        b = u8('complaints')[c]!;
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if ((a[i]! >= 1 && a[i] !== 0xff) || (b[i]! >= 2 && b[i] !== 0xff)) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'createdAt since 2026-01-01 and channel = wechat',
    (c, n, out) => {
      const a = f64('created')[c]!,
        b = u8('channel')[c]!,
        t = Date.UTC(2026, 0, 1);
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i]! >= t && b[i] === 3) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'points >= 10000 and points < 50000',
    (c, n, out) => {
      const a = i32('points')[c]!;
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i]! >= 10000 && a[i]! < 50000) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'average order > 300 and score value > 0.8 and active in 30 days',
    (c, n, out) => {
      const a = f32('average')[c]!,
        b = f32('value')[c]!,
        d = f64('active')[c]!,
        t = since(30);
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i]! > 300 && b[i]! > 0.8 && d[i]! > t && d[i]! <= nowMs) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    '(device = ios or device = android) and channel != app',
    (c, n, out) => {
      const a = u8('device')[c]!,
        b = u8('channel')[c]!;
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if ((a[i] === 0 || a[i] === 1) && b[i] !== 1) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'more_0 > 500 and more_1 < 200 and more_2 > 100',
    (c, n, out) => {
      const a = i32('more_0')[c]!,
        b = f64('more_1')[c]!,
        d = i32('more_2')[c]!;
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i]! > 500 && b[i]! < 200 && d[i]! > 100) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'more_3 > 10 or more_4 > 900 or more_5 > 900',
    (c, n, out) => {
      const a = f64('more_3')[c]!,
        b = i32('more_4')[c]!,
        d = f64('more_5')[c]!;
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i]! > 10 || b[i]! > 900 || d[i]! > 900) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'active this month and spend in 30 days > 5000 and not (score churn > 0.7)',
    (c, n, out) => {
      const a = f64('active')[c]!,
        b = f64('spend30')[c]!,
        d = f32('churn')[c]!,
        t = Date.UTC(2026, 2, 1);
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i]! >= t && a[i]! <= nowMs && b[i]! > 5000 && !(d[i]! > 0.7)) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'city starts with "city 2" and active in 30 days',
    (c, n, out) => {
      const a = u16('city')[c]!,
        b = f64('active')[c]!,
        t = since(30);
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (a[i] !== 0xffff && cities[a[i]!]!.startsWith('city 2') && b[i]! > t && b[i]! <= nowMs) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
  [
    'not in segment platinum and spend in 90 days > 20000 and may be used for marketing by email',
    (c, n, out) => {
      const a = f64('spend30')[c]!,
        b = f64('active')[c]!,
        d = f64('spend90')[c]!,
        e = u8('email')[c]!,
        t = since(30);
      let k = 0;
      for (let i = 0; i < n; i += 1)
        if (!(a[i]! > 5000 && b[i]! > t && b[i]! <= nowMs) && d[i]! > 20_000 && e[i] === 1) {
          out[i] = 1;
          k += 1;
        }
      return k;
    },
  ],
];

const bare = new Uint8Array(rowsPerChunk);
function byHand(): number[] {
  return rules.map(([, loop]) => {
    let count = 0;
    for (let begin = 0, chunk = 0; begin < rows; begin += rowsPerChunk, chunk += 1) {
      bare.fill(0);
      count += loop(chunk, Math.min(rowsPerChunk, rows - begin), bare);
    }
    return count;
  });
}

const planned = () =>
  compile(
    rules.map(([text]) => parseRule(text, names)),
    catalogue,
    { matrix, nowMs, calendar },
  );
const pool = new MembersPool(threads);
const times = { pool: [] as number[], alone: [] as number[], bare: [] as number[], plan: [] as number[] };
async function timed<T>(into: number[], what: () => T | Promise<T>): Promise<T> {
  const beganMs = performance.now();
  const answer = await what();
  into.push(performance.now() - beganMs);
  return answer;
}

const blocked = monitorEventLoopDelay({ resolution: 1 });
let blockedMs = 0;
for (let round = -2; round < rounds; round += 1) {
  const plan = await timed(times.plan, planned);
  blocked.reset();
  blocked.enable();
  const together = await timed(times.pool, async () => pool.find(planned(), matrix));
  blocked.disable();
  if (round >= 0) blockedMs = Math.max(blockedMs, blocked.max / 1e6);
  const alone = await timed(times.alone, () => findMembers(plan, matrix));
  const counts = await timed(times.bare, byHand);
  for (const [at, count] of counts.entries())
    if (count !== together[at]!.count || count !== alone[at]!.count)
      throw new Error(`${rules[at]![0]}: ${count} by hand, ${together[at]!.count} in threads, ${alone[at]!.count} in one`);
  if (round < 0) for (const all of Object.values(times)) all.length = 0;
  else
    say(
      `round ${round + 1}: ${times.pool.at(-1)!.toFixed(0)} ms in ${threads} threads, ${times.alone.at(-1)!.toFixed(0)} in one, ${times.bare.at(-1)!.toFixed(0)} by hand`,
    );
}
await pool.close();

const [poolMs, aloneMs, bareMs, planMs] = [times.pool, times.alone, times.bare, times.plan].map(median) as [
  number,
  number,
  number,
  number,
];
say('a node that follows segments');
const live = await measureLive();

report(
  'segments',
  { rows, rules: rules.length, threads, poolMs, aloneMs, bareMs, planMs, blockedMs, ...live.figures },
  { poolOfBare: poolMs / bareMs, aloneOfBare: aloneMs / bareMs, ...live.ratios },
  [
    `${rules.length} rules over ${rows} customers in 40 columns, from text to bitmaps, medians of ${rounds} rounds:`,
    `  in ${threads} threads               ${poolMs.toFixed(0)} ms, of which reading and compiling ${planMs.toFixed(1)} ms; longest wait of the main thread ${blockedMs.toFixed(1)} ms`,
    `  in one thread              ${aloneMs.toFixed(0)} ms`,
    `  loops written by hand      ${bareMs.toFixed(0)} ms (one thread)`,
    `  ratio to those             ${(poolMs / bareMs).toFixed(2)} in threads, ${(aloneMs / bareMs).toFixed(2)} in one`,
    ...live.words,
  ],
);
