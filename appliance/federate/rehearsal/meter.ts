// What a rehearsal measures in one organisation: bytes to and from the coordinator, and where its time goes.

import type { AskSum, SumCrypto } from '../../../federation/participant/round/ports.ts';
import type { CoordinatorApi } from '../../../federation/protocol/coordinator-api.ts';

export type Metered = {
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Of what was sent: encrypted vectors. */
  readonly ciphertextBytes: number;
  readonly sums: number;
  /** From asking for a sum to having it, all in all. */
  readonly sumsS: number;
  /** Of that: homomorphic encryption. */
  readonly encryptionS: number;
};

export class Meter {
  #read = { sentBytes: 0, receivedBytes: 0, ciphertextBytes: 0, sums: 0, sumsS: 0, encryptionS: 0 };

  read(): Metered {
    return { ...this.#read };
  }

  /** Bytes of bodies: TLS and headers come on top. */
  around(api: CoordinatorApi): CoordinatorApi {
    const { rounds } = api;
    return {
      ...api,
      rounds: {
        news: async (seen, waitMs) => {
          const news = await rounds.news(seen, waitMs);
          this.#read.receivedBytes += JSON.stringify(news).length;
          return news;
        },
        post: async (entry) => {
          this.#read.sentBytes += JSON.stringify(entry).length;
          await rounds.post(entry);
        },
        give: async (round, bytes) => {
          this.#read.sentBytes += bytes.length;
          await rounds.give(round, bytes);
        },
        fetch: async (round, digest) => {
          const bytes = await rounds.fetch(round, digest);
          this.#read.receivedBytes += bytes.length;
          return bytes;
        },
      },
    };
  }

  asking(ask: AskSum): AskSum {
    return async (...asked) => {
      const startMs = performance.now();
      const sum = await ask(...asked);
      this.#read.sums += 1;
      this.#read.sumsS += (performance.now() - startMs) / 1000;
      return sum;
    };
  }

  crypto(of: SumCrypto): SumCrypto {
    const timed = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      const startMs = performance.now();
      const result = await work();
      this.#read.encryptionS += (performance.now() - startMs) / 1000;
      return result;
    };
    return {
      modulusOf: (encryption) => of.modulusOf(encryption),
      newKeys: (encryption) => timed(() => of.newKeys(encryption)),
      encrypt: async (...given) => {
        const packs = await timed(() => of.encrypt(...given));
        this.#read.ciphertextBytes += packs.reduce((sum, { length }) => sum + length, 0);
        return packs;
      },
      decrypt: (...given) => timed(() => of.decrypt(...given)),
    };
  }
}
