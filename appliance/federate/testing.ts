// What tests of this room share: ports with a seed, a book and a spool in memory, terms of a match.

import { MemoryBook, MemorySpool } from '../../federation/protocol/durable.ts';
import { type MatchKind, type MatchTerms, matchKinds, normalisation } from '../../federation/protocol/match-terms.ts';
import { standardIdentifierKinds } from '../core/model/identifier.ts';
import { MatchFiles } from './files.ts';
import { normaliser } from './normalise.ts';

export const dayMs = 86_400_000;

export class TestClock {
  ms = Date.UTC(2026, 0, 1);
  nowMs(): number {
    return this.ms;
  }
}

export class TestRandom {
  #next = 1;
  bytes(length: number): Uint8Array {
    this.#next += 1;
    return Uint8Array.from({ length }, (_, at) => (this.#next * 31 + at * 7) & 255);
  }
}

export function testWorld() {
  const clock = new TestClock();
  const ports = { clock, random: new TestRandom() };
  const book = new MemoryBook();
  const spool = new MemorySpool();
  const normalise = normaliser({ region: 'CN', kinds: standardIdentifierKinds });
  return { clock, ports, book, spool, normalise, files: new MatchFiles({ book, spool, ports, normalise }) };
}

export async function* chunksOf(text: string, size = 1000): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** The same terms for some of the kinds. */
export function termsFor(...kinds: MatchKind[]): MatchTerms {
  return { ...testTerms, kinds: kinds as MatchTerms['kinds'] };
}

export const testTerms: MatchTerms = {
  v: 1,
  kind: 'match',
  mode: 'ecdh',
  learns: 'both',
  initiator: 'a'.repeat(32),
  responder: 'b'.repeat(32),
  use: 'overlap',
  purpose: 'partner_matching',
  reason: 'a test',
  kinds: [...matchKinds] as MatchTerms['kinds'],
  normalisation,
  minSize: 1000,
  maxSize: 1_000_000,
  minIntersection: 100,
  countFirst: false,
  officers: 2,
  log: { size: 3, head: '0'.repeat(64) },
  proposedAtMs: Date.UTC(2026, 0, 1),
};
