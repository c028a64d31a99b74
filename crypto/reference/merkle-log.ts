// The Merkle tree of RFC 9162 straight from its definitions (2.1.1, 2.1.3.1, 2.1.4.1), over whole lists of entries: slow and obvious, for tests.

import { createHash } from 'node:crypto';

const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function split(n: number): number {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

/** MTH(D_n) */
export function plainRoot(d: readonly Uint8Array[]): Buffer {
  if (d.length === 0) return sha256();
  if (d.length === 1) return sha256(Uint8Array.of(0), d[0]!);
  const k = split(d.length);
  return sha256(Uint8Array.of(1), plainRoot(d.slice(0, k)), plainRoot(d.slice(k)));
}

/** PATH(m, D_n) */
export function plainPath(m: number, d: readonly Uint8Array[]): Buffer[] {
  if (d.length === 1) return [];
  const k = split(d.length);
  if (m < k) return [...plainPath(m, d.slice(0, k)), plainRoot(d.slice(k))];
  return [...plainPath(m - k, d.slice(k)), plainRoot(d.slice(0, k))];
}

/** PROOF(m, D_n), for 0 < m < n */
export function plainConsistency(m: number, d: readonly Uint8Array[]): Buffer[] {
  return subproof(m, d, true);
}

function subproof(m: number, d: readonly Uint8Array[], known: boolean): Buffer[] {
  if (m === d.length) return known ? [] : [plainRoot(d)];
  const k = split(d.length);
  if (m <= k) return [...subproof(m, d.slice(0, k), known), plainRoot(d.slice(k))];
  return [...subproof(m - k, d.slice(k), false), plainRoot(d.slice(0, k))];
}
