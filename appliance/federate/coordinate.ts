// A coordinator that runs: over a book and a spool, with its own certificate and, where it is asked to, over HTTPS. By itself in a data folder
// (coordinator-folder.ts) or inside a member's node, which passes its own store.

import type { Key } from '../../crypto/keys.ts';
import { Coordinator, type CoordinatorOptions } from '../../federation/coordinator/coordinator.ts';
import { systemTimer, type Timer } from '../../federation/coordinator/exclusive.ts';
import { type Leaf, type Listening, listenHttps } from '../../federation/coordinator/https.ts';
import { OwnLeaf } from '../../federation/coordinator/own-leaf.ts';
import type { CoordinatorApi, DoorApi } from '../../federation/protocol/coordinator-api.ts';
import type { Book, Spool } from '../../federation/protocol/durable.ts';
import type { SignedStatement } from '../../federation/protocol/statements.ts';

/** How often it forgets what is old, goes on with what was broken off, and looks after its certificate. */
const tickMs = 10_000;

export type OpenCoordinatorOptions = {
  /** Sealed: values of a federation do not lie in the clear. */
  readonly book: Book;
  readonly spool: Spool;
  readonly clock: { nowMs(): number };
  readonly timer?: Timer;
  readonly identity: {
    readonly federation: string;
    readonly member: string;
    /** Signs verdicts alone; it stays the caller's to destroy, after close(). */
    readonly signingKey: Key<'signing'>;
    /** At least up to its own admission. */
    readonly log: readonly SignedStatement[];
    /** Its first certificate; renewed ones are found in the book. */
    readonly leaf: Leaf;
    /** PEM, where a list came with the welcome. */
    readonly revocations?: string;
  };
  /** Nobody but this process reaches it without. @param port 0 for any that is free */
  readonly listen?: { readonly address: string; readonly port: number };
  readonly countShared?: CoordinatorOptions['countShared'];
  readonly addCiphertexts?: CoordinatorOptions['addCiphertexts'];
  /** Told of what failed behind the answers. */
  failed?(error: unknown): void;
};

export type OpenedCoordinator = {
  readonly coordinator: Coordinator;
  /** Where it listens, if it does. */
  readonly port: number | undefined;
  forMember(member: string): CoordinatorApi;
  door(): DoorApi;
  /** What is due every minute; calls itself. */
  tick(): Promise<void>;
  close(): Promise<void>;
};

/** @throws {ProtocolFault} what Coordinator.open throws; errors of the socket as node:net has them */
export async function openCoordinator(options: OpenCoordinatorOptions): Promise<OpenedCoordinator> {
  const { book, spool, clock, identity, listen, countShared, addCiphertexts } = options;
  const timer = options.timer ?? systemTimer;
  const { federation, member, signingKey, log } = identity;
  const counted = { ...(countShared && { countShared }), ...(addCiphertexts && { addCiphertexts }) };
  const coordinator = await Coordinator.open({ book, spool, clock, timer, federation, member, signingKey, log, ...counted });
  if (identity.revocations !== undefined) await coordinator.adoptRevocations(identity.revocations);
  const own = new OwnLeaf(coordinator, identity.leaf, clock);
  await own.step();
  const failed = (error: unknown) => options.failed?.(error);
  const https = listen && (await listenHttps({ coordinator, clock, leaf: own.leaf, ...listen, failed }));
  const work = new Work(coordinator, own, https, timer, failed);
  return {
    coordinator,
    port: https?.port,
    forMember: (id) => coordinator.forMember(id),
    door: () => coordinator.door(),
    tick: () => work.tick(),
    close: async () => {
      work.stop();
      await coordinator.close();
      await https?.close();
    },
  };
}

/** What goes on without being asked. */
class Work {
  readonly #coordinator: Coordinator;
  readonly #own: OwnLeaf;
  readonly #https: Listening | undefined;
  readonly #timer: Timer;
  readonly #failed: (error: unknown) => void;
  #cancel: () => void = () => {};
  #unsubscribe: () => void;
  #stopped = false;

  constructor(
    coordinator: Coordinator,
    own: OwnLeaf,
    https: Listening | undefined,
    timer: Timer,
    failed: (error: unknown) => void,
  ) {
    this.#coordinator = coordinator;
    this.#own = own;
    this.#https = https;
    this.#timer = timer;
    this.#failed = failed;
    this.#unsubscribe = coordinator.onChange((change) => {
      // Not within the change itself, which holds the coordinator's turn.
      if (change === 'leaf') void this.#renew().catch(failed);
    });
    this.#again();
  }

  async tick(): Promise<void> {
    await this.#coordinator.tick();
    await this.#renew();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#unsubscribe();
  }

  async #renew(): Promise<void> {
    if (await this.#own.step()) this.#https?.setLeaf(this.#own.leaf);
  }

  #again(): void {
    if (this.#stopped) return;
    this.#cancel = this.#timer.after(tickMs, () => {
      this.tick()
        .catch((error) => {
          if (!this.#stopped) this.#failed(error);
        })
        .finally(() => this.#again());
    });
  }
}
