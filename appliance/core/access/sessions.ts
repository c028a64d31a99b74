// Sessions of people who signed in: an opaque random token for the browser, everything else here. All live ones are in memory, so that
// asking costs a hash; the store has them first, so that a restart signs nobody out and a sign-out is never undone.

import { Fault } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { TextSeal } from '../vault/vault.ts';
import { put, readSessions, remove, type SessionRow, type Step, sessionsTable } from './store.ts';
import { hexOf, makeToken, sessionPrefix, tokenHash } from './tokens.ts';

export const sessionLimits = {
  /** Without a request for this long it ends (NIST SP 800-63B revision 3, 4.2.3). */
  idleMs: 30 * 60_000,
  /** After this it ends in any case. */
  absoluteMs: 12 * 3_600_000,
  /** How long a password waits for its code. */
  passwordOnlyMs: 5 * 60_000,
  stepUpMs: 5 * 60_000,
  /** Of one person. Beyond: the one that was used least recently ends. */
  perPerson: 20,
  /** How often streams are looked at whose session may have run out. */
  watchEveryMs: 30_000,
  /** The last use is written at most this often; after a kill a session may seem this much longer idle. */
  writeUseEveryMs: 60_000,
  agentLength: 200,
} as const;

/** `password`: the password was right and the code is awaited; it opens nothing but that. */
export type Stage = 'password' | 'full';
/** Where it was begun, for the list that its owner sees. */
export type About = {
  readonly address?: string;
  readonly agent?: string /** Of the desktop console. */;
  readonly desktop?: true;
};
export type Session = {
  readonly id: number;
  readonly personId: number;
  readonly stage: Stage;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
  readonly steppedUpUntilMs?: number;
};
export type SessionView = Session & About;
export type Started = Step & { readonly session: Session; readonly token: string };

export type SessionsParts = TextSeal & {
  store: Store;
  ports: Ports;
};

type Held = { row: SessionRow; usedAtMs: number; wrongCodes: number };

export class Sessions {
  readonly #parts: SessionsParts;
  readonly #byHash = new Map<string, Held>();
  readonly #byId = new Map<number, Held>();
  readonly #writing = new Set<Promise<void>>();
  readonly #watched = new Map<number, Set<() => void>>();
  #watching: NodeJS.Timeout | undefined;

  private constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  static async open(parts: SessionsParts): Promise<Sessions> {
    const sessions = new Sessions(parts);
    await sessions.load();
    const dead = sessions.#dead();
    if (dead.length > 0) await parts.store.transact(dead.flatMap(endOf));
    sessions.#forget(dead);
    return sessions;
  }

  /** Takes what is stored for what is so; of a session that is known, the latest use stays. */
  async load(): Promise<void> {
    const rows = await readSessions(this.#parts.store);
    const known = new Map(this.#byId);
    this.#byHash.clear();
    this.#byId.clear();
    for (const row of rows) {
      const { usedAtMs = 0, wrongCodes = 0 } = known.get(row.session_id) ?? {};
      this.#hold({ row, usedAtMs: Math.max(usedAtMs, row.last_used_at_ms), wrongCodes });
    }
    this.tellEnded();
  }

  /** The live session of a token. Does not count as a use. */
  find(token: string): Session | undefined {
    const hash = tokenHash(sessionPrefix, token);
    const held = hash && this.#byHash.get(hexOf(hash));
    return held && this.#isLive(held) ? view(held) : undefined;
  }

  /** A request came with it. Written behind: what is lost in a kill makes it look idle for longer, never for less. */
  use(session: Session): void {
    const held = this.#byId.get(session.id);
    if (!held) return;
    const nowMs = this.#parts.ports.clock.nowMs();
    held.usedAtMs = Math.max(held.usedAtMs, nowMs);
    if (held.usedAtMs - held.row.last_used_at_ms < sessionLimits.writeUseEveryMs) return;
    held.row = { ...held.row, last_used_at_ms: held.usedAtMs };
    // Only the time, and only where the row still is: a session that ends meanwhile is not brought back.
    const written = this.#parts.store
      .transact([
        {
          op: 'run',
          sql: 'UPDATE sessions SET last_used_at_ms = :at WHERE session_id = :id',
          params: { at: held.usedAtMs, id: session.id },
        },
      ])
      .catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error;
      })
      .finally(() => this.#writing.delete(written));
    this.#writing.add(written);
  }

  /** Live ones of somebody, the latest used first. */
  of(personId: number): SessionView[] {
    return this.#livesOf(personId)
      .sort((a, b) => b.usedAtMs - a.usedAtMs)
      .map((held) => ({ ...view(held), ...this.#aboutOf(held) }));
  }

  /** A new session under a new token; the least recently used one ends where there are too many. */
  async start(personId: number, stage: Stage, about: About): Promise<Started> {
    const { store, ports } = this.#parts;
    const nowMs = ports.clock.nowMs();
    const id = await store.allocate('sessions', 1);
    const token = makeToken(sessionPrefix, ports.random);
    const row: SessionRow = {
      session_id: id,
      token_hash: tokenHash(sessionPrefix, token)!,
      person_id: personId,
      stage,
      created_at_ms: nowMs,
      last_used_at_ms: nowMs,
      stepped_up_until_ms: null,
      about: this.#sealAbout(id, about),
    };
    const own = this.#livesOf(personId).sort((a, b) => b.usedAtMs - a.usedAtMs);
    const over = own.slice(sessionLimits.perPerson - 1);
    return this.#started(row, token, [...over, ...this.#dead()]);
  }

  /** The same session under a new token; the old one is nothing from then on. Its absolute limit stays. */
  rotate(session: Session, change: { steppedUpUntilMs?: number } = {}): Started {
    const held = this.#byId.get(session.id);
    if (!held) throw new Fault('unauthenticated', 'session');
    const token = makeToken(sessionPrefix, this.#parts.ports.random);
    const row: SessionRow = {
      ...held.row,
      token_hash: tokenHash(sessionPrefix, token)!,
      last_used_at_ms: this.#parts.ports.clock.nowMs(),
      stepped_up_until_ms: change.steppedUpUntilMs ?? held.row.stepped_up_until_ms,
    };
    const old = hexOf(held.row.token_hash);
    const made = this.#started(row, token, []);
    return {
      ...made,
      keep: () => {
        this.#byHash.delete(old);
        made.keep();
      },
    };
  }

  /** @param ids those that are not live any more are passed over */
  end(ids: readonly number[]): Step {
    const ending = ids.flatMap((id) => this.#byId.get(id) ?? []);
    return { changes: ending.flatMap(endOf), keep: () => this.#forget(ending) };
  }

  /** All of somebody's. @param except stays */
  endAll(personId: number, except?: Session): Step {
    const all = [...this.#byHash.values()].filter(({ row }) => row.person_id === personId);
    return this.end(all.map(({ row }) => row.session_id).filter((id) => id !== except?.id));
  }

  /** @returns how many wrong codes this session has seen */
  countWrongCode(session: Session): number {
    const held = this.#byId.get(session.id);
    if (!held) return Number.POSITIVE_INFINITY;
    held.wrongCodes += 1;
    return held.wrongCodes;
  }

  /**
   * For a stream, which outlives the look at its token.
   * @param ended called once, when the session has ended or run out
   * @returns stops watching
   */
  watch({ id }: Session, ended: () => void): () => void {
    const watchers = this.#watched.get(id) ?? new Set();
    this.#watched.set(id, watchers.add(ended));
    this.#watching ??= setInterval(() => this.tellEnded(), sessionLimits.watchEveryMs).unref();
    return () => {
      watchers.delete(ended);
      if (watchers.size === 0 && this.#watched.get(id) === watchers) this.#watched.delete(id);
      if (this.#watched.size > 0) return;
      clearInterval(this.#watching);
      this.#watching = undefined;
    };
  }

  /** Tells those who watch a session that is not live any more. */
  tellEnded(): void {
    for (const [id, watchers] of this.#watched) {
      const held = this.#byId.get(id);
      if (held && this.#isLive(held)) continue;
      this.#watched.delete(id);
      for (const ended of watchers) ended();
    }
  }

  /** What was written behind is on disk, or lost to a fault of the store. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #started(row: SessionRow, token: string, ending: readonly Held[]): Started {
    const held = { row, usedAtMs: row.last_used_at_ms, wrongCodes: 0 };
    return {
      session: view(held),
      token,
      changes: [...ending.flatMap(endOf), put(sessionsTable, row)],
      keep: () => {
        this.#forget(ending);
        this.#hold(held);
      },
    };
  }

  #hold(held: Held): void {
    this.#byHash.set(hexOf(held.row.token_hash), held);
    this.#byId.set(held.row.session_id, held);
  }

  #forget(ended: readonly Held[]): void {
    for (const { row } of ended) {
      this.#byHash.delete(hexOf(row.token_hash));
      this.#byId.delete(row.session_id);
    }
    this.tellEnded();
  }

  #livesOf(personId: number): Held[] {
    return [...this.#byHash.values()].filter((held) => held.row.person_id === personId && this.#isLive(held));
  }

  #dead(): Held[] {
    return [...this.#byHash.values()].filter((held) => !this.#isLive(held));
  }

  #isLive({ row, usedAtMs }: Held): boolean {
    const nowMs = this.#parts.ports.clock.nowMs();
    const wholeMs = row.stage === 'full' ? sessionLimits.absoluteMs : sessionLimits.passwordOnlyMs;
    return nowMs < row.created_at_ms + wholeMs && nowMs < usedAtMs + sessionLimits.idleMs;
  }

  #sealAbout(id: number, { address, agent, desktop }: About): Uint8Array {
    const kept = {
      ...(address !== undefined && { address }),
      ...(agent !== undefined && { agent: agent.slice(0, sessionLimits.agentLength) }),
      ...(desktop && { desktop }),
    };
    return this.#parts.sealText(sessionsTable.name, 'about', id, JSON.stringify(kept));
  }

  #aboutOf({ row }: Held): About {
    return JSON.parse(this.#parts.openText(sessionsTable.name, 'about', row.session_id, row.about)) as About;
  }
}

function endOf({ row }: Held) {
  return remove(sessionsTable, 'session_id', [row.session_id]);
}

function view({ row, usedAtMs }: Held): Session {
  return {
    id: row.session_id,
    personId: row.person_id,
    stage: row.stage as Stage,
    createdAtMs: row.created_at_ms,
    lastUsedAtMs: usedAtMs,
    ...(row.stepped_up_until_ms !== null && { steppedUpUntilMs: row.stepped_up_until_ms }),
  };
}
