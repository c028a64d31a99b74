// The mathematics of a match spread over worker threads: what crypto/psi does of a list, stretch by stretch, with the same bytes and the same
// refusals as without threads. The node's event loop only cuts and joins; the threads give way to it.

import {
  addTotal,
  type Comparing,
  ciphertextBytes,
  type Encrypting,
  type HashOptions,
  hashKeyBytes,
  type Intersection,
  type Masking,
  type OwnKept,
  PointRefused,
  type Refusing,
  type Sizes,
  scalarBytes,
  secretKeyBytes,
  seedBytes,
  type Totalling,
  tokenBytes,
  tokenCount,
  totalOfNothing,
} from '../../crypto/psi/psi.ts';
import { type Pool, type PoolOptions, type Stretch, type StretchOptions, startPool } from '../core/pool/pool.ts';
import type * as tasks from './masking.task.ts';
import type { Answer, Refusal, Revealed, Shared, Told } from './masking.task.ts';

/** Of a stretch at most. About a tenth of a second of a thread each, so that a cancelled match ends soon; hashes take much less, and stretched ones much more. */
export const maskingLimits = { tokens: 4096, values: 1024, stretchedHashes: 4 } as const;
/** A match takes minutes and somebody waits for it for days; who works at the node waits for seconds. */
export const maskingNiceness = 10;

export type MaskingOptions = Pick<PoolOptions, 'threads' | 'idleMs' | 'niceness' | 'signal' | 'onRestart'>;
export type ListOptions = Pick<StretchOptions, 'signal' | 'onProgress'>;

type Cancelled = Pick<ListOptions, 'signal'>;

export type WholeLists = {
  /** crypto/psi ecdhSteps.compare(). @throws as that does */
  compare(kept: OwnKept, doubled: Uint8Array, returned: Uint8Array, options?: Cancelled): Promise<Intersection>;
  /** crypto/psi saltedHashSteps.compare(). */
  compareHashed(tokens: Uint8Array, received: Uint8Array, options?: Cancelled): Promise<Intersection>;
  /** crypto/psi countShared(), of hashes and of points. */
  countShared(fromInitiator: Uint8Array, fromResponder: Uint8Array, options?: Cancelled): Promise<number>;
  /** crypto/psi refuseRepeats(). */
  refuseRepeats(list: Uint8Array, options?: Cancelled): Promise<void>;
  /** crypto/psi sumsSteps.reveal(): not a list, but seconds of search for millions of items. */
  reveal(key: Uint8Array, total: Uint8Array, sizes: Sizes, options?: Cancelled): Promise<Revealed>;
};

/** All of it: @throws the signal's reason when it aborts, {Fault} `worker_failed` when a stretch ends its thread twice */
export type MaskingThreads = {
  readonly threads: number;
  /** Those that are alive now, for tests that end one. */
  readonly workers: Pool<typeof tasks>['workers'];
  /** crypto/psi mask(). @throws {PointRefused} for the first point that is refused, by its place in the whole list */
  mask(points: Uint8Array, scalar: Uint8Array, options?: ListOptions): Promise<Buffer>;
  /** crypto/psi encode(). */
  encode(items: readonly string[], tag: Uint8Array, options?: ListOptions): Promise<Buffer>;
  /** crypto/psi hashItems(). */
  hashItems(items: readonly string[], key: Uint8Array, options?: ListOptions & Pick<HashOptions, 'stretch'>): Promise<Buffer>;
  /** crypto/psi encryptValues(). */
  encrypt(values: ArrayLike<number>, key: Uint8Array, seed: Uint8Array, options?: ListOptions): Promise<Buffer>;
  /** crypto/psi totalOf(). @throws {PointRefused} for the first ciphertext that is refused, by its place in the whole list */
  total(ciphertexts: Uint8Array, chosen: Uint32Array, options?: ListOptions): Promise<Buffer>;
  /** Of whole lists, each in one thread: over a million tokens they would hold up the event loop for a second. */
  readonly whole: WholeLists;
  close(): Promise<void>;
};

/** @param options.threads default: as many as processors  @param options.niceness default `maskingNiceness` */
export function startMaskingThreads(options: MaskingOptions = {}): MaskingThreads {
  const pool = startPool<typeof tasks>(new URL('./masking.task.ts', import.meta.url), { niceness: maskingNiceness, ...options });
  return {
    threads: pool.threads,
    get workers() {
      return pool.workers;
    },
    mask: (points, scalar, how) => maskInThreads(pool, points, scalar, how),
    async encode(items, tag, how) {
      checkItems(items);
      const order = ({ from, to }: Stretch) => ({ items: items.slice(from, to), tag: Uint8Array.from(tag) });
      // One stretch at least: the tag is looked at though there are no items.
      const answers = await pool.stretches('encodeStretch', Math.max(1, items.length), order, {
        ...how,
        size: stretchSize(pool, items.length, maskingLimits.tokens),
      });
      return joined(answers, items.length * tokenBytes);
    },
    hashItems: (items, key, how) => hashInThreads(pool, items, key, how),
    encrypt: (values, key, seed, how) => encryptInThreads(pool, values, key, seed, how),
    total: (ciphertexts, chosen, how) => totalInThreads(pool, ciphertexts, chosen, how),
    whole: wholeLists(pool),
    close: () => pool.close(),
  };
}

/** What the steps of crypto/psi take, done by these threads, for one match that may be cancelled. */
export type MatchWork = {
  readonly masking: Masking;
  readonly refusing: Refusing;
  readonly comparing: Comparing;
  readonly encrypting: Encrypting;
  readonly totalling: Totalling;
};

export function workOf(threads: MaskingThreads, how: ListOptions = {}): MatchWork {
  return {
    masking: (points, scalar) => threads.mask(points, scalar, how),
    refusing: (list) => threads.whole.refuseRepeats(list, how),
    comparing: (kept, doubled, returned) => threads.whole.compare(kept, doubled, returned, how),
    encrypting: (values, key, seed) => threads.encrypt(values, key, seed, how),
    totalling: (ciphertexts, chosen) => threads.total(ciphertexts, chosen, how),
  };
}

type Tasks = Pool<typeof tasks>;

function wholeLists(pool: Tasks): WholeLists {
  const two = (own: Uint8Array, theirs: Uint8Array) => ({ own: alone(own), theirs: alone(theirs) });
  return {
    compare: async (kept, doubled, returned, { signal } = {}) =>
      done(await pool.run('compareLists', { kept, doubled: alone(doubled), returned: alone(returned) }, { signal })),
    compareHashed: async (own, theirs, { signal } = {}) => done(await pool.run('compareHashed', two(own, theirs), { signal })),
    countShared: async (own, theirs, { signal } = {}) => done(await pool.run('countSharedOf', two(own, theirs), { signal })),
    refuseRepeats: async (own, { signal } = {}) => done(await pool.run('refuseRepeatsOf', { own: alone(own) }, { signal })),
    reveal: (key, total, sizes, { signal } = {}) =>
      withShared([['key', key, secretKeyBytes]], async ([shared]) =>
        done(await pool.run('revealTotal', { key: shared!, total: alone(total), sizes }, { signal })),
      ),
  };
}

function done<T>(answer: Told<T>): T {
  if ('refused' in answer) throw refused(answer.refused);
  return answer.done;
}

async function maskInThreads(pool: Tasks, points: Uint8Array, scalar: Uint8Array, how: ListOptions = {}): Promise<Buffer> {
  const count = tokenCount(points, 'points');
  return withShared([['scalar', scalar, scalarBytes]], async ([shared]) => {
    const refusedAt = nothingRefused();
    const order = ({ from, to }: Stretch) => ({
      points: copied(points, from * tokenBytes, to * tokenBytes),
      scalar: shared!,
      from,
      refusedAt,
    });
    const answers = await pool.stretches('maskStretch', count, order, {
      ...how,
      size: stretchSize(pool, count, maskingLimits.tokens),
    });
    return joined(answers, points.length);
  });
}

async function hashInThreads(
  pool: Tasks,
  items: readonly string[],
  key: Uint8Array,
  { stretch, ...how }: ListOptions & Pick<HashOptions, 'stretch'> = {},
): Promise<Buffer> {
  checkItems(items);
  return withShared([['key', key, hashKeyBytes]], async ([shared]) => {
    const most = stretch ? maskingLimits.stretchedHashes : maskingLimits.tokens;
    const order = ({ from, to }: Stretch) => ({ items: items.slice(from, to), key: shared!, stretch });
    const answers = await pool.stretches('hashStretch', items.length, order, {
      ...how,
      size: stretchSize(pool, items.length, most),
    });
    return joined(answers, items.length * tokenBytes);
  });
}

async function encryptInThreads(
  pool: Tasks,
  values: ArrayLike<number>,
  key: Uint8Array,
  seed: Uint8Array,
  how: ListOptions = {},
): Promise<Buffer> {
  const secrets = [
    ['key', key, secretKeyBytes],
    ['seed', seed, seedBytes],
  ] as const;
  return withShared(secrets, async ([sharedKey, sharedSeed]) => {
    const order = ({ from, to }: Stretch) => ({
      values: Float64Array.from({ length: to - from }, (_, at) => values[from + at]!),
      first: from,
      key: sharedKey!,
      seed: sharedSeed!,
    });
    const answers = await pool.stretches('encryptStretch', values.length, order, {
      ...how,
      size: stretchSize(pool, values.length, maskingLimits.values),
    });
    return joined(answers, values.length * ciphertextBytes);
  });
}

async function totalInThreads(pool: Tasks, ciphertexts: Uint8Array, chosen: Uint32Array, how: ListOptions = {}): Promise<Buffer> {
  // One that is not whole is the last stretch's to refuse.
  const count = Math.ceil(ciphertexts.length / ciphertextBytes);
  checkAscending(chosen, count);
  const refusedAt = nothingRefused();
  const order = ({ from, to }: Stretch) => ({
    ciphertexts: copied(ciphertexts, from * ciphertextBytes, to * ciphertextBytes),
    chosen: chosen.slice(firstFrom(chosen, from), firstFrom(chosen, to)).map((place) => place - from),
    from,
    refusedAt,
  });
  const answers = await pool.stretches('totalStretch', count, order, {
    ...how,
    size: stretchSize(pool, count, maskingLimits.values),
  });
  const total = totalOfNothing();
  for (const part of accepted(answers)) addTotal(total, part);
  return total;
}

function checkAscending(chosen: Uint32Array, count: number): void {
  for (const [at, place] of chosen.entries()) {
    if (place < count && (at === 0 || place > chosen[at - 1]!)) continue;
    throw new RangeError(`chosen: expected places ascending below ${count}, got ${place}`);
  }
}

/** Where in an ascending list the first is that is not below `place`. */
function firstFrom(ascending: Uint32Array, place: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As many stretches for each thread, so that none waits for the last: a list of 20,000 would be five stretches of the most, and one too many. */
function stretchSize({ threads }: Tasks, count: number, most: number): number {
  const forEach = Math.max(1, Math.ceil(count / (threads * most)));
  return Math.max(1, Math.ceil(count / (threads * forEach)));
}

const nothingRefused = () => new Int32Array(new SharedArrayBuffer(4)).fill(2 ** 31 - 1);

/** The secrets in shared memory for as long as the work takes. */
async function withShared<T>(
  secrets: readonly (readonly [name: string, bytes: Uint8Array, expected: number])[],
  use: (shared: readonly Shared[]) => Promise<T>,
): Promise<T> {
  for (const [name, { length }, expected] of secrets) {
    if (length !== expected) throw new RangeError(`${name}: expected ${expected} bytes, got ${length}`);
  }
  const shared = secrets.map(([, bytes]) => {
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    return copy;
  });
  try {
    return await use(shared);
  } finally {
    for (const copy of shared) copy.fill(0);
  }
}

/** In memory of its own: of a view, the whole memory that it looks at would be copied to the thread. (slice() of a Buffer is such a view.) */
const copied = (list: Uint8Array, from: number, to: number) => new Uint8Array(list.subarray(from, to));
const alone = (list: Uint8Array) => (list.byteLength === list.buffer.byteLength ? list : copied(list, 0, list.length));
const refused = ({ index, reason, list }: Refusal) => new PointRefused(index, reason, list);

function checkItems(items: readonly string[]): void {
  const index = items.findIndex((item) => !item.isWellFormed());
  if (index >= 0) throw new RangeError(`items[${index}]: expected Unicode, got a lone surrogate`);
}

/** The stretches' bytes. @throws {PointRefused} for the first place of the whole list that was refused */
function accepted(answers: readonly Answer[]): Uint8Array[] {
  const first = answers.find((answer) => 'refused' in answer);
  if (first) throw refused(first.refused);
  return answers.flatMap((answer) => ('bytes' in answer ? [answer.bytes] : []));
}

function joined(answers: readonly Answer[], length: number): Buffer {
  const out = Buffer.alloc(length);
  let at = 0;
  for (const bytes of accepted(answers)) {
    out.set(bytes, at);
    at += bytes.length;
  }
  return out;
}
