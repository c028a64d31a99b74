// Every byte that reaches each party of a simulated round, as it reaches it: lines of the board and what they name by a hash. And the secrets that
// members drew, which a coalition has of its own members.

import type { KeptSecrets } from '../../../participant/round/state.ts';
import { MemoryBook } from '../../../protocol/durable.ts';
import { pathsOf } from '../../../protocol/round/round-view.ts';
import type { SignedEntry } from '../../../protocol/round/sayings.ts';
import { patched } from '../../planted.ts';
import { linesOf } from '../invariants.ts';
import type { RoundNode } from '../node.ts';
import type { RoundRun } from '../run.ts';

export type View = {
  readonly lines: SignedEntry[];
  /** By digest. */
  readonly blobs: Map<string, Uint8Array>;
  bytes: number;
};
type Kept = { master: string; self: string };

/** What is recorded of a round from its beginning on. */
export class Views {
  readonly #run: RoundRun;
  readonly #byParty = new Map<string, View>();
  readonly #secrets = new Map<string, Kept>();
  readonly #unpatch: () => void;

  constructor(run: RoundRun) {
    this.#run = run;
    const { world } = run;
    world.connect = (node, api) => ({
      ...api,
      news: async (...given) => {
        const news = await api.news(...given);
        for (const { entries } of news) for (const entry of entries) this.#saw(node.id, entry);
        return news;
      },
      fetch: async (round, digest) => {
        const bytes = await api.fetch(round, digest);
        const view = this.of(node.id);
        view.blobs.set(digest, Uint8Array.from(bytes));
        view.bytes += bytes.length;
        return bytes;
      },
    });
    const keep = (node: RoundNode, sums: KeptSecrets['sums']) => {
      for (const [sum, kept] of Object.entries(sums)) if (kept) this.#secrets.set(`${node.id} ${sum}`, { ...kept });
    };
    this.#unpatch = patched(MemoryBook.prototype, 'write', (before) => {
      return function (this: MemoryBook, changes: { put?: [string, string, unknown] }[]) {
        const node = world.nodes.find(({ book }) => book === this);
        for (const { put } of changes) if (node && put?.[0] === 'round-secret') keep(node, (put[2] as KeptSecrets).sums);
        return Reflect.apply(before, this, [changes]) as unknown;
      };
    });
  }

  #saw(party: string, entry: SignedEntry): void {
    const view = this.of(party);
    view.lines.push(structuredClone(entry));
    view.bytes += JSON.stringify(entry).length;
  }

  of(party: string): View {
    const view = this.#byParty.get(party) ?? { lines: [], blobs: new Map(), bytes: 0 };
    this.#byParty.set(party, view);
    return view;
  }

  /** All that was ever said and given passes the coordinator, and what it adds stays there. To be asked when the round is over. */
  async atCoordinator(): Promise<View> {
    const { ledger, desk } = this.#run.world;
    const signatures = new Set<string>();
    const lines = [...(await linesOf(desk)), ...ledger.said.map(({ signed }) => signed)].filter(({ signature }) => {
      const fresh = !signatures.has(signature);
      signatures.add(signature);
      return fresh;
    });
    const put = [...desk.spool.ever].map(([name, bytes]): [string, Uint8Array] => [name.split('/')[1]!, bytes]);
    const blobs = new Map([...ledger.given, ...put]);
    const bytes = [...blobs.values()].reduce((sum, { length }) => sum + length, JSON.stringify(lines).length);
    return { lines, blobs, bytes };
  }

  /** What a member drew for a sum. */
  secretsOf(member: string, sum: number): { master: Buffer; self: Buffer } {
    const { master, self } = this.#secrets.get(`${member} ${sum}`)!;
    return { master: Buffer.from(master, 'base64url'), self: Buffer.from(self, 'base64url') };
  }

  /** No more is recorded. */
  close(): void {
    this.#unpatch();
  }
}

/** Kinds and fields of lines, as `kind: path`. */
export function itemsOf(lines: readonly SignedEntry[]): Set<string> {
  const items = new Set<string>();
  for (const { entry, signature } of lines) {
    const { says, ...rest } = entry;
    const { kind, ...said } = says;
    for (const path of pathsOf({ entry: rest, signature })) items.add(`: ${path}`);
    for (const path of pathsOf(said)) items.add(`${kind}: ${path}`);
  }
  return items;
}
