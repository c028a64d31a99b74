// A node's belonging to federations: founding, inviting, joining, leaving, and what goes on by itself in between. Everything that has to
// survive a kill stands in the Book; every act may be repeated and goes on where it was.

import type { Key } from '../../../crypto/keys.ts';
import { type CoordinatorApi, Unreachable } from '../../protocol/coordinator-api.ts';
import type { SignedLeafRequest } from '../../protocol/leaf-request.ts';
import type { Membership } from '../../protocol/membership.ts';
import type { SignedStatement } from '../../protocol/statements.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { Identity, ParticipantPorts } from '../ports.ts';
import { chores, publish } from './chores.ts';
import type { BelongingEvent, Events } from './events.ts';
import { checkAddress, found, type Name, ownWelcome, type Welcome } from './founding.ts';
import { Held } from './held.ts';
import {
  admit,
  closeInvitation,
  type InvitationView,
  invitationRows,
  invite,
  takeRequest,
  viewInvitation,
  viewRequest,
  type WaitingRequest,
  waitingRequests,
} from './invitations.ts';
import { issueAdmitted, issuedFor, leafFromFile } from './issuing.ts';
import { type Asked, asked, prepareJoin, sendRequest } from './joining.ts';
import { belongingLimits, collections, type KeptFederation } from './kept.ts';
import { type LeafFile, leafRequestFile, takeLeafFile } from './leaves.ts';
import { type Evidence, evidenceOf, syncLog } from './log-keeping.ts';
import { end, rename, renewKeys } from './own-acts.ts';
import { type FederationView, viewFederation } from './view.ts';

export type { BelongingEvent } from './events.ts';
export type { Name, Welcome } from './founding.ts';
export type { InvitationState, InvitationView, WaitingRequest } from './invitations.ts';
export type { Asked } from './joining.ts';
export type { Part, Problem } from './kept.ts';
export type { LeafFile } from './leaves.ts';
export type { Evidence } from './log-keeping.ts';
export type { FederationView, MemberView } from './view.ts';

/** What came of an act, with what the caller writes into its audit log. */
export type Acted<Result = unknown> = Result & { readonly events: readonly BelongingEvent[] };

export class Belonging {
  readonly #ports: ParticipantPorts;
  readonly #held: Map<string, Held>;
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #stale = new Set<string>();
  #reloading: Promise<void> | undefined;

  private constructor(ports: ParticipantPorts, held: Map<string, Held>) {
    this.#ports = ports;
    this.#held = held;
  }

  static async open(ports: ParticipantPorts): Promise<Belonging> {
    const held = new Map<string, Held>();
    for (const { key, value } of await ports.book.list(collections.federation)) {
      held.set(key, await Held.load(ports, value as KeptFederation));
    }
    return new Belonging(ports, held);
  }

  // Founding and joining

  /**
   * Founds a federation. With a coordinator of its own it begins at once (welcome()); a separate one is invited and admitted from a file.
   * @param given `address` is `host:port` of the coordinator, as members will reach it
   * @throws {ProtocolFault} federations_full, malformed, name_unreadable
   */
  found(given: {
    name: Name;
    address: string;
    coordinator: 'own' | 'separate';
  }): Promise<Acted<{ federation: string; fingerprint: string }>> {
    return this.#turn('', async () => {
      this.#checkRoom();
      const events: Events = [];
      const held = await found(this.#ports, given, events);
      this.#held.set(held.federation, held);
      return { federation: held.federation, fingerprint: viewFederation(held).fingerprint, events };
    });
  }

  /** What the coordinator in this node begins with. @throws {ProtocolFault} federation_unknown, not_allowed where it is another's */
  welcome(federation: string): Welcome {
    return ownWelcome(this.#of(federation));
  }

  /**
   * Asks to join by a code. The same code goes on with what was begun; another one, or one after a refusal, begins anew with new keys.
   * @throws {ProtocolFault} federations_full, and what prepareJoin and the coordinator say
   * @throws {Unreachable} nothing was begun, or chores() goes on with it: federations() says which
   */
  join(given: { code: string; name: Name }): Promise<Acted<Asked>> {
    return this.#turn('', async () => {
      const events: Events = [];
      const { federation, held: before, begin } = await prepareJoin(this.#ports, given, (id) => this.#held.get(id));
      return this.#turn(federation, async () => {
        const held = before ?? (await this.#begin(federation, begin));
        try {
          await sendRequest(held, events);
        } catch (error) {
          // Refused at the door: nothing of it is kept, so that the next code begins afresh.
          if (before === undefined && error instanceof ProtocolFault) await this.#drop(held);
          throw error;
        }
        return { ...asked(held), events };
      });
    });
  }

  async #begin(federation: string, begin: () => Promise<Held>): Promise<Held> {
    const old = this.#held.get(federation);
    if (old) await this.#drop(old);
    this.#checkRoom();
    const held = await begin();
    this.#held.set(federation, held);
    return held;
  }

  // The founder's officers

  /**
   * @param given `expiresInMs` from a minute to 90 days
   * @returns the code, which is shown once  @throws {ProtocolFault} federation_unknown, and what invite() says
   */
  invite(
    federation: string,
    given: { role: 'participant' | 'coordinator'; expiresInMs: number },
  ): Promise<Acted<{ code: string; invitation: string; expiresAtMs: number }>> {
    return this.#act(federation, async (held, events) => {
      const invited = await invite(held, given, events);
      await publish(held, events);
      return invited;
    });
  }

  /** @throws {ProtocolFault} federation_unknown, invitation_wrong, invitation_used */
  withdraw(federation: string, invitation: string): Promise<Acted> {
    return this.#act(federation, (held, events) => this.#close(held, invitation, 'withdrawn', events));
  }

  /** @throws {ProtocolFault} federation_unknown, invitation_wrong, invitation_used */
  refuse(federation: string, invitation: string): Promise<Acted> {
    return this.#act(federation, (held, events) => this.#close(held, invitation, 'refused', events));
  }

  async #close(held: Held, invitation: string, as: 'withdrawn' | 'refused', events: Events): Promise<object> {
    await closeInvitation(held, invitation, as, events);
    await publish(held, events);
    return {};
  }

  /** @throws {ProtocolFault} federation_unknown */
  async invitations(federation: string): Promise<InvitationView[]> {
    const held = this.#of(federation);
    return (await invitationRows(held)).map((row) => viewInvitation(held, row));
  }

  /** What waits for the officer, as it came with the last chores(). @throws {ProtocolFault} federation_unknown */
  async joinRequests(federation: string): Promise<WaitingRequest[]> {
    return waitingRequests(this.#of(federation));
  }

  /**
   * Admits who asked by this invitation. Once more is no fault, and goes on where it was.
   * @param fingerprint as the officer typed what was read out by telephone; spaces do not matter
   * @throws {ProtocolFault} federation_unknown, invitation_wrong, fingerprint_differs, not_allowed, what the log says
   * @throws {Unreachable} chores() goes on with it, if it was begun
   */
  admit(federation: string, invitation: string, fingerprint: string): Promise<Acted<{ member: string }>> {
    return this.#act(federation, async (held, events) => {
      const { request } = await admit(held, invitation, fingerprint, events);
      await publish(held, events);
      return { member: request!.descriptor.descriptor.member };
    });
  }

  /**
   * Reads a request to join that came as a file, for the officer to compare; it then waits like one that came over the network.
   * @throws {ProtocolFault} federation_unknown, malformed, invitation_wrong, what takeJoinRequest says
   */
  takeRequestFile(federation: string, value: unknown): Promise<Acted<WaitingRequest>> {
    return this.#act(federation, async (held, events) => viewRequest(await takeRequest(held, value, events)));
  }

  /**
   * Admits from a file: the separate coordinator, whom nobody can reach yet. The same file gives the same answer.
   * @returns what it begins with  @throws {ProtocolFault} as takeRequestFile and admit
   */
  admitFromFile(federation: string, value: unknown, fingerprint: string): Promise<Acted<Welcome>> {
    return this.#act(federation, async (held, events) => {
      const { kept } = await takeRequest(held, value, events);
      const { request } = await admit(held, kept.id, fingerprint, events);
      await issueAdmitted(held, events);
      const leaf = await issuedFor(held, request!);
      return { log: held.log.statements, leaf, revocations: held.kept.revocations! };
    });
  }

  /**
   * Removes a member and revokes its certificates.
   * @param how `revoked` when its keys are in other hands  @param reason 1 to 500 signs, which all members read
   * @throws {ProtocolFault} federation_unknown, malformed, and what the log says  @throws {Unreachable} chores() goes on with it, if it was begun
   */
  remove(federation: string, member: string, how: 'removed' | 'revoked', reason: string): Promise<Acted> {
    return this.#act(federation, async (held, events) => {
      if (!held.isFounder) throw new ProtocolFault('not_allowed', 'founder');
      await end(held, member, how, reason, events);
      await publish(held, events);
      return {};
    });
  }

  // Every member's

  /** @throws {ProtocolFault} federation_unknown, not_allowed for the founder, what the log says  @throws {Unreachable} as remove() */
  leave(federation: string, reason: string): Promise<Acted> {
    return this.#act(federation, async (held, events) => {
      await end(held, held.member, 'left', reason, events);
      return {};
    });
  }

  /** @throws {ProtocolFault} federation_unknown, name_unreadable, what the log says  @throws {Unreachable} as remove() */
  rename(federation: string, name: Name): Promise<Acted<{ fingerprint: string }>> {
    return this.#act(federation, async (held, events) => {
      await rename(held, name, events);
      return { fingerprint: viewFederation(held).fingerprint };
    });
  }

  /**
   * New signing and wrap keys, said with the old one.
   * @param idle is no match open that stands on the keys?
   * @throws {ProtocolFault} federation_unknown, keys_in_use, what the log says  @throws {Unreachable} as remove()
   */
  renewKeys(federation: string, idle: () => boolean | Promise<boolean>): Promise<Acted<{ fingerprint: string }>> {
    return this.#act(federation, async (held, events) => {
      if (!(await idle())) throw new ProtocolFault('keys_in_use');
      await renewKeys(held, events);
      return { fingerprint: viewFederation(held).fingerprint };
    });
  }

  /**
   * A request for a new certificate as a file for the founder: for a node that was away until its own had run out, and cannot connect.
   * @throws {ProtocolFault} federation_unknown, not_allowed for the founder and for who is no member
   */
  leafRequestFile(federation: string): Promise<Acted<SignedLeafRequest>> {
    return this.#act(federation, (held) => leafRequestFile(held));
  }

  /** The founder's answer to such a file. @throws {ProtocolFault} federation_unknown, not_allowed, what takeLeafRequest says */
  leafFromFile(federation: string, value: unknown): Promise<Acted<LeafFile>> {
    return this.#act(federation, (held, events) => leafFromFile(held, value, events));
  }

  /** Takes the answer. @throws {ProtocolFault} federation_unknown, revocation_list_wrong, and what is wrong with the certificate */
  takeLeafFile(federation: string, file: LeafFile): Promise<Acted> {
    return this.#act(federation, async (held, events) => {
      await takeLeafFile(held, file, events);
      return {};
    });
  }

  /** Where the coordinator is reached from now on: an address is in no log. @throws {ProtocolFault} federation_unknown, malformed */
  relocate(federation: string, address: string): Promise<Acted> {
    return this.#act(federation, async (held) => {
      checkAddress(address);
      await held.save({ address });
      return {};
    });
  }

  /**
   * Forgets a federation with its keys: one that was left, that ended it, or that never admitted this node.
   * @throws {ProtocolFault} federation_unknown, not_allowed for an active member and for the founder
   */
  forget(federation: string): Promise<Acted> {
    return this.#act(federation, async (held, events) => {
      const told = held.kept.problems.some(({ code }) => code === 'member_ended' || code === 'certificate_revoked');
      if (held.isFounder || (held.state === 'member' && !told)) throw new ProtocolFault('not_allowed', held.state);
      await this.#drop(held);
      events.push({ kind: 'forgotten', federation });
      return {};
    });
  }

  async #drop(held: Held): Promise<void> {
    await held.drop();
    this.#held.delete(held.federation);
    held.close();
  }

  federations(): FederationView[] {
    return [...this.#held.values()].map(viewFederation);
  }

  /** Statements that were shown in the place of those held, oldest first. @throws {ProtocolFault} federation_unknown */
  async evidence(federation: string): Promise<Evidence[]> {
    return evidenceOf(this.#of(federation));
  }

  /** An officer has seen the problems: those that still stand come again. @throws {ProtocolFault} federation_unknown */
  dismissProblems(federation: string): Promise<Acted> {
    return this.#act(federation, async (held) => {
      await held.save({ problems: [] });
      return {};
    });
  }

  // What the rest of the participant works with

  /** @throws {ProtocolFault} federation_unknown, member_unknown while there is no certificate or no coordinator */
  identity(federation: string): Identity {
    return this.#of(federation).identity();
  }

  /** Made anew when the certificate or the list of revoked ones is a new one: ask for it each time. @throws {ProtocolFault} as identity() */
  api(federation: string): CoordinatorApi {
    return this.#of(federation).api();
  }

  /** @throws {ProtocolFault} federation_unknown */
  membership(federation: string): Membership {
    return this.#of(federation).membership;
  }

  /** All statements that are held, for transcripts. @throws {ProtocolFault} federation_unknown */
  log(federation: string): readonly SignedStatement[] {
    return this.#of(federation).log.statements;
  }

  /** Fetches what the log has got meanwhile. @throws {ProtocolFault} federation_unknown, what adopting it says  @throws {Unreachable} */
  refresh(federation: string): Promise<void> {
    return this.#turn(federation, () => syncLog(this.#of(federation), []));
  }

  /** Of this node's member; belongs to this object, which destroys it. @throws {ProtocolFault} federation_unknown */
  signingKey(federation: string): Key<'signing'> {
    return this.#of(federation).signingKey();
  }

  /** 32 bytes, which the caller overwrites. @throws {ProtocolFault} federation_unknown */
  wrapPrivateKey(federation: string): Uint8Array {
    return Uint8Array.from(Buffer.from(this.#of(federation).kept.keys.wrap, 'base64url'));
  }

  /** Every minute or so. Never throws for what others did: that is a problem of the federation. */
  async chores(): Promise<BelongingEvent[]> {
    await this.#reload();
    const events: Events = [];
    for (const federation of [...this.#held.keys()]) {
      await this.#turn(federation, async () => {
        const held = this.#held.get(federation);
        if (held) await chores(held, events);
      });
    }
    return events;
  }

  close(): void {
    for (const held of this.#held.values()) held.close();
  }

  #of(federation: string): Held {
    const held = this.#held.get(federation);
    if (held === undefined) throw new ProtocolFault('federation_unknown');
    return held;
  }

  #checkRoom(): void {
    if (this.#held.size >= belongingLimits.federations)
      throw new ProtocolFault('federations_full', `${belongingLimits.federations}`);
  }

  #act<Result extends object>(
    federation: string,
    work: (held: Held, events: Events) => Promise<Result>,
  ): Promise<Result & { events: BelongingEvent[] }> {
    return this.#turn(federation, async () => {
      const events: Events = [];
      return { ...(await work(this.#of(federation), events)), events };
    });
  }

  /** Work on one federation goes one after another: an officer's act and the chores never meet halfway. */
  #turn<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const result = (this.#turns.get(name) ?? Promise.resolve()).then(async () => {
      await this.#reload();
      try {
        return await work();
      } catch (error) {
        // A write that failed may have happened all the same.
        if (!(error instanceof ProtocolFault || error instanceof Unreachable)) this.#stale.add(name);
        throw error;
      }
    });
    this.#turns.set(
      name,
      result.catch(() => undefined),
    );
    return result;
  }

  /** What the book holds counts: federations whose writing failed are read anew, and those that memory does not know. */
  async #reload(): Promise<void> {
    if (this.#stale.size === 0) return;
    this.#reloading ??= this.#readAnew().finally(() => {
      this.#reloading = undefined;
    });
    await this.#reloading;
  }

  async #readAnew(): Promise<void> {
    const rows = await this.#ports.book.list(collections.federation);
    const names = new Set(rows.map(({ key }) => key));
    for (const name of this.#held.keys()) if (!names.has(name)) this.#held.delete(name);
    for (const { key, value } of rows) {
      if (!this.#held.has(key) || this.#stale.has(key))
        this.#held.set(key, await Held.load(this.#ports, value as KeptFederation));
    }
    this.#stale.clear();
  }
}
