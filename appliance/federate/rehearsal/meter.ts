// What a rehearsal measures in one organisation: bytes to and from the coordinator and what they are, and where its time goes.

import type { AskSum, RoundWork, SumCrypto } from '../../../federation/participant/round/ports.ts';
import type { CoordinatorApi } from '../../../federation/protocol/coordinator-api.ts';
import { blobDigest } from '../../../federation/protocol/round/round-api.ts';
import { namedBy, type Saying, type SignedEntry } from '../../../federation/protocol/round/sayings.ts';

/** `entries`: lines of the board, which hold all else by its digest. */
export const byteKinds = ['ciphertexts', 'keys', 'shares', 'reveals', 'sums', 'exchanges', 'entries'] as const;
export type ByteKind = (typeof byteKinds)[number];
export type Bytes = { readonly [kind in ByteKind]: number };

export type Metered = {
  readonly sent: Bytes;
  readonly received: Bytes;
  readonly sums: number;
  /** Of the vectors as they are, in 32 bits a number. */
  readonly plainBytes: number;
  /** From asking for a sum to having it, all in all. */
  readonly sumsS: number;
  /** Of that: homomorphic encryption, in its thread or waiting for it. */
  readonly encryptionS: number;
  /** Agreeing on masks and masking; sharing secrets and opening shares; sealing for the custodian. */
  readonly masksS: number;
  readonly sharesS: number;
  readonly sealsS: number;
};

export const totalOf = (bytes: Bytes): number => byteKinds.reduce((sum, kind) => sum + bytes[kind], 0);
/** What was sent only because vectors are hidden: all but the vectors as they are, and the lines that order them. */
export const cryptographyOf = ({ sent, plainBytes }: Metered): number =>
  sent.ciphertexts - plainBytes + sent.keys + sent.shares + sent.reveals;
/** Seconds of all kinds of cryptography. */
export const cryptographyS = ({ encryptionS, masksS, sharesS, sealsS }: Metered): number =>
  encryptionS + masksS + sharesS + sealsS;

const kinds: { readonly [kind in Saying['kind']]?: ByteKind } = {
  custody: 'keys',
  keys: 'keys',
  shares: 'shares',
  contribution: 'ciphertexts',
  closed: 'ciphertexts',
  reveal: 'reveals',
  recovery: 'reveals',
  opened: 'sums',
  exchange: 'exchanges',
};
const noBytes = () => Object.fromEntries(byteKinds.map((kind) => [kind, 0])) as { [kind in ByteKind]: number };
const since = (startMs: number) => (performance.now() - startMs) / 1000;

export class Meter {
  readonly #sent = noBytes();
  readonly #received = noBytes();
  #read = { sums: 0, plainBytes: 0, sumsS: 0, encryptionS: 0, masksS: 0, sharesS: 0, sealsS: 0 };
  readonly #running = { masks: { count: 0, sinceMs: 0 }, shares: { count: 0, sinceMs: 0 }, seals: { count: 0, sinceMs: 0 } };
  /** Put down and not named yet. */
  readonly #given = new Map<string, number>();
  /** What lines of boards name. */
  readonly #named = new Map<string, ByteKind>();

  read(): Metered {
    return { ...this.#read, sent: { ...this.#sent }, received: { ...this.#received } };
  }

  /** Bytes of bodies: TLS and headers come on top. */
  around(api: CoordinatorApi): CoordinatorApi {
    const { rounds } = api;
    return {
      ...api,
      rounds: {
        news: async (seen, waitMs) => {
          const news = await rounds.news(seen, waitMs);
          this.#received.entries += JSON.stringify(news).length;
          for (const { entries } of news) for (const entry of entries) this.#learn(entry);
          return news;
        },
        post: async (entry) => {
          this.#sent.entries += JSON.stringify(entry).length;
          this.#learn(entry);
          await rounds.post(entry);
        },
        close: async (closing) => {
          this.#sent.entries += JSON.stringify(closing).length;
          await rounds.close(closing);
        },
        give: async (round, bytes) => {
          const digest = blobDigest(bytes);
          this.#given.set(digest, (this.#given.get(digest) ?? 0) + bytes.length);
          await rounds.give(round, bytes);
        },
        fetch: async (round, digest) => {
          const bytes = await rounds.fetch(round, digest);
          this.#received[this.#named.get(digest) ?? 'entries'] += bytes.length;
          return bytes;
        },
      },
    };
  }

  #learn({ entry: { says } }: SignedEntry): void {
    const kind = kinds[says.kind];
    if (!kind) return;
    for (const digest of namedBy(says)) {
      this.#named.set(digest, kind);
      this.#sent[kind] += this.#given.get(digest) ?? 0;
      this.#given.delete(digest);
    }
  }

  asking(ask: AskSum): AskSum {
    return async (...asked) => {
      const startMs = performance.now();
      const sum = await ask(...asked);
      this.#read.sums += 1;
      this.#read.plainBytes += 4 * sum.length;
      this.#read.sumsS += since(startMs);
      return sum;
    };
  }

  /** RoundPorts.timed. Where several go on at once, it is the time in which any did. */
  readonly timed = <Result>(what: RoundWork, work: () => Result): Result => {
    const running = this.#running[what];
    if (running.count === 0) running.sinceMs = performance.now();
    running.count += 1;
    const note = () => {
      running.count -= 1;
      if (running.count === 0) this.#read[`${what}S`] += since(running.sinceMs);
    };
    let result: Result;
    try {
      result = work();
    } catch (error) {
      note();
      throw error;
    }
    if (result instanceof Promise) result.then(note, note);
    else note();
    return result;
  };

  crypto(of: SumCrypto): SumCrypto {
    const timed = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      const startMs = performance.now();
      const result = await work();
      this.#read.encryptionS += since(startMs);
      return result;
    };
    return {
      modulusOf: (encryption) => of.modulusOf(encryption),
      newKeys: (encryption) => timed(() => of.newKeys(encryption)),
      encrypt: (...given) => timed(() => of.encrypt(...given)),
      decrypt: (...given) => timed(() => of.decrypt(...given)),
    };
  }
}
