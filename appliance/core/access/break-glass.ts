// Breaking the glass: for at most an hour, with a reason, somebody sees customers in the clear. Each one is an alarm that stays until
// somebody else, whom policies let, has reviewed it and closed it with a verdict.

import { Fault } from '../errors.ts';
import type { Principal } from '../model/principal.ts';
import type { Ports } from '../ports.ts';
import type { Finding, Store } from '../store/store.ts';
import type { TextSeal } from '../vault/vault.ts';
import {
  breakGlassTable,
  countUnreviewed,
  type GlassRow,
  readBroken,
  readGlass,
  readGlasses,
  readUnreviewed,
  writeGlass,
} from './policy-store.ts';

export const glassLimits = {
  minutes: 60,
  reasonLength: 1_000,
  page: 200,
  /** Alarms that wait for a review. Beyond: `limit_reached`, so that nobody drowns the one that matters. */
  unreviewed: 100,
} as const;
export const verdicts = ['justified', 'not justified'] as const;
export type Verdict = (typeof verdicts)[number];

export type Glass = {
  id: number;
  actor: string;
  roles: readonly string[];
  reason: string;
  begunAtMs: number;
  untilMs: number;
  review?: { by: string; verdict: Verdict; remark?: string; atMs: number };
};
type Body = Pick<Glass, 'actor' | 'roles' | 'reason'> & { review?: Omit<NonNullable<Glass['review']>, 'atMs'> };

export type BreakGlassParts = TextSeal & {
  store: Store;
  ports: Pick<Ports, 'clock'>;
  /** Told of each that is begun or reviewed, once it is on disk. */
  changed?(glass: Glass): void;
};

export class BreakGlass {
  readonly #parts: BreakGlassParts;
  /** Until when, for whom the time is not over. */
  readonly #untilMs = new Map<string, number>();
  #changing: Promise<unknown> = Promise.resolve();

  private constructor(parts: BreakGlassParts) {
    this.#parts = parts;
  }

  static async open(parts: BreakGlassParts): Promise<BreakGlass> {
    const glass = new BreakGlass(parts);
    for (const row of await readBroken(parts.store, parts.ports.clock.nowMs()))
      glass.#raise(glass.#view(row).actor, row.until_ms);
    return glass;
  }

  /** Whether this caller sees behind the glass now. */
  isBroken(actor: string): boolean {
    const untilMs = this.#untilMs.get(actor);
    if (untilMs === undefined) return false;
    if (this.#parts.ports.clock.nowMs() < untilMs) return true;
    this.#untilMs.delete(actor);
    return false;
  }

  /** On disk before anything is seen. @throws {Fault} `limit_reached`, and what the store says */
  begin({ actor, roles }: Principal, reason: string, minutes: number): Promise<Glass> {
    return this.#alone(async () => {
      const { store, ports } = this.#parts;
      if ((await countUnreviewed(store)) >= glassLimits.unreviewed) throw new Fault('limit_reached', 'glassLimits.unreviewed');
      const id = await store.allocate('break glass', 1);
      const nowMs = ports.clock.nowMs();
      const untilMs = nowMs + minutes * 60_000;
      const row: GlassRow = {
        glass_id: id,
        begun_at_ms: nowMs,
        until_ms: untilMs,
        reviewed_at_ms: null,
        body: this.#seal(id, { actor, roles, reason }),
      };
      await store.transact([writeGlass(row)]);
      this.#raise(actor, untilMs);
      return this.#told(row);
    });
  }

  /** Closes the alarm; where the time is not over, it ends it. @throws {Fault} `not_found`, `conflict`, `forbidden` to whom it is about */
  review(by: string, id: number, verdict: Verdict, remark?: string): Promise<Glass> {
    return this.#alone(async () => {
      const { store, ports } = this.#parts;
      const row = await readGlass(store, id);
      if (!row) throw new Fault('not_found', `break-glass ${id}`);
      const { actor, roles, reason, review } = this.#view(row);
      if (review) throw new Fault('conflict', `break-glass ${id} is reviewed`);
      if (actor === by) throw new Fault('forbidden', 'review: by somebody other than who broke the glass');
      const nowMs = ports.clock.nowMs();
      const body: Body = { actor, roles, reason, review: { by, verdict, ...(remark !== undefined && { remark }) } };
      const untilMs = Math.min(row.until_ms, nowMs);
      const reviewed: GlassRow = { ...row, until_ms: untilMs, reviewed_at_ms: nowMs, body: this.#seal(id, body) };
      await store.transact([writeGlass(reviewed)]);
      await this.#lower(actor);
      return this.#told(reviewed);
    });
  }

  /** Newest first. */
  async list(filter: { open?: boolean; before?: number; limit?: number } = {}): Promise<Glass[]> {
    const limit = Math.min(filter.limit ?? 50, glassLimits.page);
    const rows = await readGlasses(this.#parts.store, filter.before ?? Number.MAX_SAFE_INTEGER, limit, filter.open === true);
    return rows.map((row) => this.#view(row));
  }

  /** Which of these nobody has reviewed. */
  async unreviewed(ids: readonly number[]): Promise<Set<number>> {
    return new Set(await readUnreviewed(this.#parts.store, ids));
  }

  /** For doctor. */
  async check(): Promise<Finding[]> {
    const waiting = await countUnreviewed(this.#parts.store);
    if (waiting === 0) return [];
    return [
      {
        severity: 'warning',
        check: 'break-glass',
        name: { en: 'Emergency access', zh: '紧急访问' },
        message: { en: `${waiting} not reviewed.`, zh: `${waiting} 次未复核。` },
        next: {
          en: 'Somebody else reviews it: "holdfast break-glass list --open", then "holdfast break-glass review".',
          zh: '请由他人复核：先后执行 "holdfast break-glass list --open" 与 "holdfast break-glass review"。',
        },
      },
    ];
  }

  #told(row: GlassRow): Glass {
    const glass = this.#view(row);
    this.#parts.changed?.(glass);
    return glass;
  }

  #raise(actor: string, untilMs: number): void {
    this.#untilMs.set(actor, Math.max(untilMs, this.#untilMs.get(actor) ?? 0));
  }

  /** To what other glasses of theirs still give. */
  async #lower(actor: string): Promise<void> {
    this.#untilMs.delete(actor);
    for (const row of await readBroken(this.#parts.store, this.#parts.ports.clock.nowMs()))
      if (this.#view(row).actor === actor) this.#raise(actor, row.until_ms);
  }

  #view(row: GlassRow): Glass {
    const body = JSON.parse(this.#parts.openText(breakGlassTable.name, 'body', row.glass_id, row.body)) as Body;
    const { actor, roles, reason, review } = body;
    return {
      id: row.glass_id,
      actor,
      roles,
      reason,
      begunAtMs: row.begun_at_ms,
      untilMs: row.until_ms,
      ...(review && { review: { ...review, atMs: row.reviewed_at_ms ?? 0 } }),
    };
  }

  #seal(id: number, body: Body): Uint8Array {
    return this.#parts.sealText(breakGlassTable.name, 'body', id, JSON.stringify(body));
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#changing.then(work, work);
    this.#changing = next.catch(() => undefined);
    return next;
  }
}
