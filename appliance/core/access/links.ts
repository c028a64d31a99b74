// One-time links: how the first administrator, somebody invited, and somebody who forgot their password come to choose one. An
// administrator hands the link over; whoever opens it first has the account, so each is short-lived and good for one use.

import type { Ports } from '../ports.ts';
import type { Store } from '../store/store.ts';
import { type LinkRow, linksTable, put, readLinks, remove, type Step } from './store.ts';
import { hexOf, linkPrefix, makeToken, tokenHash } from './tokens.ts';

export const linkLifeMs = {
  first: 24 * 3_600_000,
  invite: 72 * 3_600_000,
  reset: 4 * 3_600_000,
} as const;

export type LinkKind = keyof typeof linkLifeMs;
export type Link = { readonly kind: LinkKind; readonly personId?: number; readonly expiresAtMs: number };
/** The token is shown this once. */
export type MadeLink = { readonly token: string; readonly kind: LinkKind; readonly expiresAtMs: number };

export class Links {
  readonly #store: Store;
  readonly #ports: Ports;
  readonly #byHash = new Map<string, LinkRow>();

  private constructor(store: Store, ports: Ports) {
    this.#store = store;
    this.#ports = ports;
  }

  static async open(store: Store, ports: Ports): Promise<Links> {
    const links = new Links(store, ports);
    await links.load();
    return links;
  }

  /** Takes what is stored for what is so. */
  async load(): Promise<void> {
    const rows = await readLinks(this.#store);
    this.#byHash.clear();
    for (const row of rows) this.#byHash.set(hexOf(row.token_hash), row);
  }

  /** The link of a token, while it is good. */
  find(token: string): Link | undefined {
    const row = this.#rowOf(token);
    return row && view(row);
  }

  /** A link takes the place of an older one for the same person. @param personId none for the first administrator */
  async make(kind: LinkKind, personId?: number): Promise<Step & { link: MadeLink }> {
    const id = await this.#store.allocate('sign_in_links', 1);
    const token = makeToken(linkPrefix, this.#ports.random);
    const row: LinkRow = {
      link_id: id,
      token_hash: tokenHash(linkPrefix, token)!,
      kind,
      person_id: personId ?? null,
      expires_at_ms: this.#ports.clock.nowMs() + linkLifeMs[kind],
    };
    const older = this.endAll(personId);
    return {
      link: { token, kind, expiresAtMs: row.expires_at_ms },
      changes: [...older.changes, put(linksTable, row)],
      keep: () => {
        older.keep();
        this.#byHash.set(hexOf(row.token_hash), row);
      },
    };
  }

  /** All of somebody's, and what has run out. @param personId none for those of the first administrator */
  endAll(personId: number | undefined): Step {
    const nowMs = this.#ports.clock.nowMs();
    const ending = [...this.#byHash.values()].filter((row) => row.person_id === (personId ?? null) || row.expires_at_ms <= nowMs);
    return {
      changes: remove(
        linksTable,
        'link_id',
        ending.map(({ link_id }) => link_id),
      ),
      keep: () => {
        for (const row of ending) this.#byHash.delete(hexOf(row.token_hash));
      },
    };
  }

  #rowOf(token: string): LinkRow | undefined {
    const hash = tokenHash(linkPrefix, token);
    const row = hash && this.#byHash.get(hexOf(hash));
    return row && this.#ports.clock.nowMs() < row.expires_at_ms ? row : undefined;
  }
}

function view(row: LinkRow): Link {
  return {
    kind: row.kind as LinkKind,
    ...(row.person_id !== null && { personId: row.person_id }),
    expiresAtMs: row.expires_at_ms,
  };
}
