// What a thread does of a match: one stretch of a list. Lists come and go as copies; a secret comes as shared memory, so that there is one of
// it, and what is copied here to be used is overwritten here.

import {
  ecdhSteps,
  encode,
  encryptValues,
  type Stretch as HashStretch,
  hashItems,
  type Intersection,
  mask,
  type OwnKept,
  PointRefused,
  refuseRepeats,
  type Sizes,
  saltedHashSteps,
  sumsSteps,
  totalOf,
} from '../../crypto/psi/psi.ts';

/** An error loses its class between threads. `index`: in the whole list. */
export type Refusal = { readonly index: number; readonly reason: PointRefused['reason']; readonly list: string };
export type Told<T> = { readonly done: T } | { readonly refused: Refusal };
export type Revealed = ReturnType<typeof sumsSteps.reveal>;
export type Answer = { readonly bytes: Uint8Array } | { readonly refused: Refusal } | { readonly skipped: true };

export type Shared = Uint8Array<SharedArrayBuffer>;
/** `from`: the stretch's place in the list. `refusedAt`: [the lowest place so far at which a list was refused], of the whole call. */
type Place = { readonly from: number; readonly refusedAt: Int32Array<SharedArrayBuffer> };

export type MaskOrder = Place & { readonly points: Uint8Array; readonly scalar: Shared };
export type EncodeOrder = { readonly items: readonly string[]; readonly tag: Uint8Array };
export type HashOrder = { readonly items: readonly string[]; readonly key: Shared; readonly stretch: HashStretch | undefined };
export type EncryptOrder = { readonly values: Float64Array; readonly first: number; readonly key: Shared; readonly seed: Shared };
export type TotalOrder = Place & { readonly ciphertexts: Uint8Array; readonly chosen: Uint32Array };

export function maskStretch({ points, scalar, ...place }: MaskOrder): Answer {
  return refusing(place, () => withSecrets([scalar], ([own]) => mask(points, own!)));
}

export function encodeStretch({ items, tag }: EncodeOrder): Answer {
  return { bytes: encode(items, tag) };
}

export function hashStretch({ items, key, stretch }: HashOrder): Answer {
  return { bytes: withSecrets([key], ([own]) => hashItems(items, own!, stretch ? { stretch } : {})) };
}

export function encryptStretch({ values, first, key, seed }: EncryptOrder): Answer {
  return { bytes: withSecrets([key, seed], ([ownKey, ownSeed]) => encryptValues(values, ownKey!, ownSeed!, { first })) };
}

export function totalStretch({ ciphertexts, chosen, ...place }: TotalOrder): Answer {
  return refusing(place, () => totalOf(ciphertexts, chosen));
}

/** Of whole lists: one thread's work, so that it is not the event loop's. */
export type CompareOrder = { readonly kept: OwnKept; readonly doubled: Uint8Array; readonly returned: Uint8Array };
export type TwoLists = { readonly own: Uint8Array; readonly theirs: Uint8Array };
export type RevealOrder = { readonly key: Shared; readonly total: Uint8Array; readonly sizes: Sizes };

export const compareLists = ({ kept, doubled, returned }: CompareOrder): Told<Intersection> =>
  told(() => ecdhSteps.compare(kept, doubled, returned));

export const compareHashed = ({ own, theirs }: TwoLists): Told<Intersection> => told(() => saltedHashSteps.compare(own, theirs));

export const countSharedOf = ({ own, theirs }: TwoLists): Told<number> => told(() => ecdhSteps.countShared(own, theirs));

export const refuseRepeatsOf = ({ own }: Pick<TwoLists, 'own'>): Told<void> => told(() => refuseRepeats(own));

export const revealTotal = ({ key, total, sizes }: RevealOrder): Told<Revealed> =>
  withSecrets([key], ([own]) => told(() => sumsSteps.reveal(own!, total, sizes)));

/** What comes after a place that was refused need not be looked at; what comes before has to, so that the first is told. */
function refusing({ from, refusedAt }: Place, work: () => Uint8Array): Answer {
  if (Atomics.load(refusedAt, 0) < from) return { skipped: true };
  const answer = told(work);
  if ('done' in answer) return { bytes: answer.done };
  const index = from + answer.refused.index;
  lower(refusedAt, index);
  return { refused: { ...answer.refused, index } };
}

function told<T>(work: () => T): Told<T> {
  try {
    return { done: work() };
  } catch (error) {
    if (!(error instanceof PointRefused)) throw error;
    const { index, reason, list } = error;
    return { refused: { index, reason, list } };
  }
}

function lower(cell: Int32Array<SharedArrayBuffer>, to: number): void {
  for (let now = Atomics.load(cell, 0); to < now; ) {
    const found = Atomics.compareExchange(cell, 0, now, to);
    if (found === now) return;
    now = found;
  }
}

function withSecrets<T>(shared: readonly Shared[], use: (own: readonly Uint8Array[]) => T): T {
  const own = shared.map((secret) => Uint8Array.from(secret));
  try {
    return use(own);
  } finally {
    for (const secret of own) secret.fill(0);
  }
}
