// Four eyes: one person proposes an act, another approves it, and it runs once. Each step is on disk before the next begins, so that a
// kill leaves an act that was not approved, one that is still to run, or one of which it is said that it may have happened.

import { Fault, type Words } from '../errors.ts';
import type { Act } from '../model/act.ts';
import type { Json } from '../model/event.ts';
import type { Principal } from '../model/principal.ts';
import type { Ports } from '../ports.ts';
import type { Change, Finding, Store } from '../store/store.ts';
import type { TextSeal } from '../vault/vault.ts';
import { type ApprovalRow, approvalsTable, countApprovals, readApproval, readApprovals, writeApproval } from './policy-store.ts';

export const approvalLimits = {
  /** Proposals that wait at once. Beyond: `limit_reached`. */
  waiting: 1_000,
  page: 200,
  payloadBytes: 512 * 1024,
  resultBytes: 64 * 1024,
  reasonLength: 1_000,
  /** A proposal that nobody decided lapses after so long. */
  lapseMs: 7 * 86_400_000,
} as const;

/** `interrupted`: a kill cut the run short, and it may have happened. */
export const approvalStates = ['waiting', 'approved', 'running', 'done', 'failed', 'rejected', 'lapsed', 'interrupted'] as const;
export type ApprovalState = (typeof approvalStates)[number];

export type Approval = {
  id: number;
  kind: string;
  name: Words;
  description: Words;
  state: ApprovalState;
  proposedBy: string;
  reason: string;
  proposedAtMs: number;
  expiresAtMs: number;
  decidedBy?: string;
  decidedAtMs?: number;
  /** Why it was rejected, or what was said with the approval. */
  remark?: string;
  endedAtMs?: number;
  /** What came of it. */
  result?: Json;
  /** The code of the fault that it ended in. */
  failure?: string;
};
/** With what would be done, as it was proposed: whoever decides sees all of it. */
export type ApprovalInFull = Approval & { payload: Json };

type Body = {
  kind: string;
  description: Words;
  proposer: Principal;
  reason: string;
  payload: Json;
  decidedBy?: string;
  remark?: string;
};
type Outcome = { result?: Json; failure?: string };

export type ApprovalsParts = TextSeal & {
  store: Store;
  ports: Pick<Ports, 'clock'>;
  acts: ReadonlyMap<string, Act<never>>;
  /** Whether policies let somebody propose it, and whether alone. */
  mayPropose(principal: Principal, kind: string): 'alone' | 'with another' | 'step_up_needed' | 'no';
  mayApprove(principal: Principal, kind: string): boolean;
  /** Tells the audit log. A fault of the log is a fault of the step. */
  note(entry: { actor: string; action: string; outcome: string; target: string }): Promise<void>;
};

export class Approvals {
  readonly #parts: ApprovalsParts;
  /** Steps one after the other, so that two people cannot decide the same proposal. */
  #steps: Promise<unknown> = Promise.resolve();

  constructor(parts: ApprovalsParts) {
    this.#parts = parts;
  }

  /** Takes up what a kill left: what was approved runs, what was running is run again or told. */
  async open(): Promise<void> {
    const { store } = this.#parts;
    for (const row of await readApprovals(store, ['running'], Number.MAX_SAFE_INTEGER, approvalLimits.waiting)) {
      if (this.#actOf(this.#bodyOf(row).kind)?.repeatable) await this.#write({ ...row, state: 'approved' });
      else await this.#write({ ...row, state: 'interrupted', ended_at_ms: this.#nowMs() });
    }
    for (const row of await readApprovals(store, ['approved'], Number.MAX_SAFE_INTEGER, approvalLimits.waiting))
      await this.#alone(() => this.#run(row)).catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error;
      });
  }

  /**
   * Proposes an act. Where policies ask for no second person it runs at once.
   * @throws {Fault} `not_found` for no such kind, `forbidden`, `step_up_needed`, `bad_request`, `limit_reached`, and what the act says
   */
  propose(principal: Principal, kind: string, payload: unknown, reason: string): Promise<Approval> {
    return this.#alone(async () => {
      const act = this.#actOf(kind);
      if (!act) throw new Fault('not_found', 'kind: an act of this name');
      const may = this.#parts.mayPropose(principal, kind);
      if (may === 'no') throw new Fault('forbidden', kind);
      if (may === 'step_up_needed') throw new Fault('step_up_needed', kind);
      const read = await act.read(payload, principal);
      const text = JSON.stringify(read);
      if (Buffer.byteLength(text) > approvalLimits.payloadBytes) throw new Fault('too_large', 'payload');
      await this.#lapse();
      if ((await countApprovals(this.#parts.store, 'waiting')) >= approvalLimits.waiting)
        throw new Fault('limit_reached', 'approvalLimits.waiting');
      const id = await this.#parts.store.allocate('approvals', 1);
      const nowMs = this.#nowMs();
      const alone = may === 'alone' && act.withAnother?.(read as never) !== true;
      const row: ApprovalRow = {
        approval_id: id,
        state: alone ? 'approved' : 'waiting',
        proposed_at_ms: nowMs,
        expires_at_ms: nowMs + approvalLimits.lapseMs,
        decided_at_ms: alone ? nowMs : null,
        ended_at_ms: null,
        body: this.#seal(id, 'body', {
          kind,
          description: await act.describe(read as never),
          proposer: { actor: principal.actor, kind: principal.kind, id: principal.id, roles: principal.roles },
          reason,
          payload: JSON.parse(text) as Json,
        } satisfies Body),
        outcome: null,
      };
      await this.#write(row);
      return this.#view(alone ? await this.#run(row) : row);
    });
  }

  /** @throws {Fault} `not_found`, `conflict` when it was decided already, `forbidden` for the proposer and for whom policies do not let */
  approve(principal: Principal, id: number, remark?: string): Promise<Approval> {
    return this.#alone(async () => {
      const row = await this.#decided(principal, id, 'approved', remark);
      return this.#view(await this.#run(row));
    });
  }

  /** @throws {Fault} as `approve`; who proposed may take it back */
  reject(principal: Principal, id: number, remark?: string): Promise<Approval> {
    return this.#alone(async () => this.#view(await this.#decided(principal, id, 'rejected', remark)));
  }

  /** Newest first. @param before a number of an approval, to go on */
  async list(filter: { state?: ApprovalState; before?: number; limit?: number } = {}): Promise<Approval[]> {
    await this.#alone(() => this.#lapse());
    const states = filter.state === undefined ? approvalStates : [filter.state];
    const limit = Math.min(filter.limit ?? 50, approvalLimits.page);
    const rows = await readApprovals(this.#parts.store, states, filter.before ?? Number.MAX_SAFE_INTEGER, limit);
    return rows.map((row) => this.#view(row));
  }

  /** @throws {Fault} `not_found` */
  async get(id: number): Promise<ApprovalInFull> {
    const row = await this.#held(id);
    return { ...this.#view(row), payload: this.#bodyOf(row).payload };
  }

  /** For doctor. */
  async check(): Promise<Finding[]> {
    const interrupted = await countApprovals(this.#parts.store, 'interrupted');
    if (interrupted === 0) return [];
    return [
      {
        severity: 'warning',
        check: 'approvals',
        name: { en: 'Acts for two people', zh: '双人审批' },
        message: {
          en: `${interrupted} acts were cut short and may have happened.`,
          zh: `${interrupted} 项操作被中断，可能已经发生。`,
        },
        next: {
          en: 'See which by "holdfast approvals list --state interrupted", find out whether it happened, and propose it anew if not.',
          zh: '请用 "holdfast approvals list --state interrupted" 查看，核实是否已发生；若未发生请重新提议。',
        },
      },
    ];
  }

  /** Waits for the step that is under way. */
  async settled(): Promise<void> {
    await this.#steps;
  }

  async #decided(principal: Principal, id: number, state: 'approved' | 'rejected', remark?: string): Promise<ApprovalRow> {
    await this.#lapse();
    const row = await this.#held(id);
    const body = this.#bodyOf(row);
    if (row.state !== 'waiting') throw new Fault('conflict', `approval ${id} is ${row.state}`);
    const own = body.proposer.actor === principal.actor;
    if (own && state === 'approved') throw new Fault('forbidden', 'approve: by somebody other than who proposed it');
    if (!own && !this.#parts.mayApprove(principal, body.kind)) throw new Fault('forbidden', `approve ${body.kind}`);
    const decided: ApprovalRow = {
      ...row,
      state,
      decided_at_ms: this.#nowMs(),
      body: this.#seal(id, 'body', { ...body, decidedBy: principal.actor, ...(remark !== undefined && { remark }) }),
    };
    await this.#write(decided);
    return decided;
  }

  /** From approved to its end. The act's own fault is an outcome, not a fault of the approval. */
  async #run(approved: ApprovalRow): Promise<ApprovalRow> {
    const id = approved.approval_id;
    const body = this.#bodyOf(approved);
    const act = this.#actOf(body.kind);
    const running: ApprovalRow = { ...approved, state: 'running' };
    const ended = (state: 'done' | 'failed', outcome: Outcome): ApprovalRow => ({
      ...running,
      state,
      ended_at_ms: this.#nowMs(),
      outcome: this.#seal(id, 'outcome', outcome),
    });
    await this.#write(running);
    const about = { actor: body.decidedBy ?? body.proposer.actor, action: body.kind, target: `approval ${id}` };
    await this.#parts.note({ ...about, outcome: 'attempted' });
    try {
      if (!act) throw new Fault('not_found', 'kind: an act of this name');
      const payload = await act.read(body.payload, body.proposer);
      const result = await act.run(payload, {
        approvalId: id,
        proposedBy: body.proposer.actor,
        ...(body.decidedBy !== undefined && { approvedBy: body.decidedBy }),
        reason: body.reason,
        ...(body.remark !== undefined && { remark: body.remark }),
        done: (kept) => writeApproval(ended('done', kept === undefined ? {} : { result: bounded(kept) })),
      });
      const now = await this.#held(id);
      if (now.state === 'running') await this.#write(ended('done', result === undefined ? {} : { result: bounded(result) }));
      await this.#parts.note({ ...about, outcome: 'done' });
    } catch (error) {
      // It may have been done all the same, with what marks it so.
      const now = await this.#held(id);
      if (now.state !== 'running') throw error;
      const failure = error instanceof Fault ? error.code : 'internal';
      await this.#write(ended('failed', { failure }));
      await this.#parts.note({ ...about, outcome: `failed:${failure}` });
      if (!(error instanceof Fault)) throw error;
    }
    return this.#held(id);
  }

  /** What nobody decided in time. */
  async #lapse(): Promise<void> {
    const nowMs = this.#nowMs();
    const change: Change = {
      op: 'run',
      sql: `UPDATE ${approvalsTable.name} SET state = 'lapsed', ended_at_ms = :nowMs WHERE state = 'waiting' AND expires_at_ms <= :nowMs`,
      params: { nowMs },
    };
    await this.#parts.store.transact([change]);
  }

  async #held(id: number): Promise<ApprovalRow> {
    const row = await readApproval(this.#parts.store, id);
    if (!row) throw new Fault('not_found', `approval ${id}`);
    return row;
  }

  /** Of all acts that can be proposed here: each is an action of policies too. */
  get kinds(): readonly string[] {
    return [...this.#parts.acts.keys()];
  }

  #actOf(kind: string): Act | undefined {
    return this.#parts.acts.get(kind) as unknown as Act | undefined;
  }

  #bodyOf(row: ApprovalRow): Body {
    return JSON.parse(this.#parts.openText(approvalsTable.name, 'body', row.approval_id, row.body)) as Body;
  }

  #view(row: ApprovalRow): Approval {
    const { kind, description, proposer, reason, decidedBy, remark } = this.#bodyOf(row);
    const outcome = row.outcome && this.#parts.openText(approvalsTable.name, 'outcome', row.approval_id, row.outcome);
    return {
      id: row.approval_id,
      kind,
      name: this.#actOf(kind)?.name ?? { en: kind, zh: kind },
      description,
      state: row.state as ApprovalState,
      proposedBy: proposer.actor,
      reason,
      proposedAtMs: row.proposed_at_ms,
      expiresAtMs: row.expires_at_ms,
      ...(decidedBy !== undefined && { decidedBy }),
      ...(row.decided_at_ms !== null && { decidedAtMs: row.decided_at_ms }),
      ...(remark !== undefined && { remark }),
      ...(row.ended_at_ms !== null && { endedAtMs: row.ended_at_ms }),
      ...(outcome && (JSON.parse(outcome) as Outcome)),
    };
  }

  #seal(id: number, column: 'body' | 'outcome', value: object): Uint8Array {
    return this.#parts.sealText(approvalsTable.name, column, id, JSON.stringify(value));
  }

  #write(row: ApprovalRow): Promise<void> {
    return this.#parts.store.transact([writeApproval(row)]);
  }

  #nowMs(): number {
    return this.#parts.ports.clock.nowMs();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#steps.then(work, work);
    this.#steps = next.catch(() => undefined);
    return next;
  }
}

function bounded(result: Json): Json {
  return Buffer.byteLength(JSON.stringify(result)) <= approvalLimits.resultBytes ? result : null;
}
