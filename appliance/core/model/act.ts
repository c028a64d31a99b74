// Acts that two people do together: what a slice tells of one, so that it can be proposed, shown to whoever decides, and run once.

import type { Words } from '../errors.ts';
import type { Change } from '../store/store.ts';
import type { Json } from './event.ts';
import type { Principal } from './principal.ts';

/** What a run is told. */
export type ActOrder = {
  readonly approvalId: number;
  readonly proposedBy: string;
  /** Absent where policies ask for no second person. */
  readonly approvedBy?: string;
  /** Why it was proposed, and what was said with the approval. */
  readonly reason: string;
  readonly remark?: string;
  /** Marks it as done. An act that puts it into its own transaction happens exactly once, whenever the node is killed. */
  done(result?: Json): Change;
};

export type Act<Payload = Json> = {
  /** Such as `policy.change`: what policies call it, for whoever proposes (`action`) and for whoever approves (`Act::"kind"`). */
  readonly kind: string;
  readonly name: Words;
  /** Reads what came with the proposal, before it waits and again before it runs. Nothing of a customer's in it but numbers of records. @throws {Fault} `bad_request` */
  read(payload: unknown, proposer: Principal): Payload | Promise<Payload>;
  /** What whoever decides is shown. */
  describe(payload: Payload): Words | Promise<Words>;
  /** @returns what is kept of it and shown */
  run(payload: Payload, order: ActOrder): Promise<Json | undefined>;
  /** Whether it takes a second person whoever proposes it, also where policies ask the operator for none: others count on two. */
  withAnother?(payload: Payload): boolean;
  /** Running it twice is as good as once, so that a run which a kill cut short is taken up by itself. */
  readonly repeatable?: true;
};
