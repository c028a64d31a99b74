// What a thread does of a vertical round's encryption. A partner's open rows live in the thread's own memory: whoever asks for rows that it has not,
// as it is a new thread, is told so and gives them once more. A refusal comes back as its code, as an error loses its class between threads.

import { decryptSums, encryptRows, newRowKeys, type OpenRows, openRows } from '../../../crypto/he/columns/columns.ts';
import { HeError } from '../../../crypto/he/he.ts';
import type { BinnedRows } from '../../../federation/participant/round/vertical/ports.ts';
import type { Told } from './round-crypto.task.ts';

type Shared = Uint8Array<SharedArrayBuffer>;
type Vectors = { readonly gradients: readonly Uint8Array[]; readonly hessians: readonly Uint8Array[] };

/** Of as many rounds as go on at once; the oldest give way. */
const openMost = 4;
const open = new Map<string, OpenRows>();

export const makeRowKeys = () => newRowKeys();

export async function encryptVector({
  secretKey,
  values,
}: {
  readonly secretKey: Shared;
  readonly values: Int32Array;
}): Promise<Uint8Array[]> {
  const own = Uint8Array.from(secretKey);
  try {
    return await encryptRows(own, values);
  } finally {
    own.fill(0);
  }
}

export async function decryptAnswers(order: {
  readonly secretKey: Shared;
  readonly answers: readonly Uint8Array[];
  readonly counts: readonly number[];
  readonly rows: number;
}): Promise<Told<Int32Array[]>> {
  const own = Uint8Array.from(order.secretKey);
  try {
    return await told(async () => decryptSums(own, order.answers, order.counts, order.rows));
  } finally {
    own.fill(0);
  }
}

export type SumOrder = {
  readonly name: string;
  readonly columns: readonly BinnedRows[];
  /** Where they are not open yet. */
  readonly given?: Vectors & { readonly publicKey: Uint8Array; readonly rows: number };
};

export async function sumColumns({ name, columns, given }: SumOrder): Promise<Told<Vectors> | 'closed'> {
  if (!open.has(name) && !given) return 'closed';
  return told(async () => {
    const held = open.get(name) ?? (await openRows(given!.publicKey, [given!.gradients, given!.hessians], given!.rows));
    open.delete(name);
    open.set(name, held);
    for (const oldest of [...open.keys()].slice(0, Math.max(0, open.size - openMost))) closeRows({ name: oldest });
    const [gradients, hessians] = held.sums(columns) as [Uint8Array[], Uint8Array[]];
    return { gradients, hessians };
  });
}

export function closeRows({ name }: { readonly name: string }): void {
  open.get(name)?.[Symbol.dispose]();
  open.delete(name);
}

async function told<Value>(work: () => Promise<Value>): Promise<Told<Value>> {
  try {
    return { done: await work() };
  } catch (error) {
    if (error instanceof HeError && error.code !== 'parameters-differ') return { refused: error.code };
    throw error;
  }
}
