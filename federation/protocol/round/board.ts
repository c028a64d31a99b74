// A round as it follows from its board: every entry is checked against all that stands before it, and what does not follow is refused. The
// coordinator, every member and an auditor years later run this same state machine over the same lines, and it does nothing else: no time, no
// chance, no store. So nobody can be shown an order, a set of survivors or an outcome that the others would not find too.
//
//   proposal, acceptances, custody                    everybody has agreed, and the key that opens sums is there
//   keys, keyed, shares, batched                      for the sums of a batch: who masks with whom (Bonawitz et al. 2017, rounds 0 and 1)
//   contributions, closed, confirmations, reveals,    for each sum (rounds 2 to 4); `missing` and `recovery` where one is gone after it
//     (missing, recoveries,) opened                   has contributed
//   exchanges                                         in a vertical round, in place of keys and sums: the owner of the labels and its partners
//   model, vote                                       everybody has computed the same from the sums, and says how it does

import { parametersHash } from '../transcript.ts';
import { ProtocolFault } from '../words.ts';
import { BoardExchanges } from './board-exchanges.ts';
import { type Batch, checkOfficers, type Ending, need, type Party, readersOf, type Sum, sameSet } from './board-state.ts';
import { goingOn, type RoundTerms, readRoundTerms, roundLimits } from './round-terms.ts';
import { boardLimits, type Entry, emptyBoard, entryFits, nextHead, type SayingOf, type SignedEntry } from './sayings.ts';
import { isVertical } from './vertical-terms.ts';

export type { Exchange } from './board-exchanges.ts';
export type { Batch, Contribution, Ending, Out, Party, Sum } from './board-state.ts';

/** @returns a member's signing key at the time of the terms, base64url; undefined for who is none */
export type KeyOf = (member: string) => string | undefined;

export class Board {
  readonly federation: string;
  readonly round: string;
  readonly #keyOf: KeyOf;
  /** Head after so many lines; that of none first. */
  readonly #heads: string[] = [emptyBoard.head];
  readonly #next = new Map<string, number>();
  readonly #parties = new Map<string, Party>();
  readonly #batches: Batch[] = [];
  readonly #sums: Sum[] = [];
  readonly exchanges = new BoardExchanges();
  #terms: RoundTerms | undefined;
  #parameters = '';
  #custody: SayingOf<'custody'> | undefined;
  #readers: readonly string[] = [];
  #ended: Ending | undefined;

  constructor(federation: string, round: string, keyOf: KeyOf) {
    this.federation = federation;
    this.round = round;
    this.#keyOf = keyOf;
  }

  get lines(): number {
    return this.#heads.length - 1;
  }
  get head(): string {
    return this.#heads.at(-1)!;
  }
  get terms(): RoundTerms {
    if (!this.#terms) throw new ProtocolFault('round_unknown');
    return this.#terms;
  }
  get begun(): boolean {
    return this.#terms !== undefined;
  }
  /** parametersHash of the terms. */
  get parameters(): string {
    return this.#parameters;
  }
  get threshold(): number {
    return goingOn(this.terms);
  }
  get custody(): SayingOf<'custody'> | undefined {
    return this.#custody;
  }
  /** Who has the secret that sums are sealed by now. */
  get readers(): readonly string[] {
    return this.#readers;
  }
  get batches(): readonly Batch[] {
    return this.#batches;
  }
  get sums(): readonly Sum[] {
    return this.#sums;
  }
  get ended(): Ending | undefined {
    return this.#ended;
  }
  get parties(): ReadonlyMap<string, Readonly<Party>> {
    return this.#parties;
  }
  /** Members that sums go on with. */
  get active(): string[] {
    return [...this.#parties].filter(([, { out }]) => out === undefined).map(([member]) => member);
  }
  /** Everybody has agreed, and sums can be opened. */
  get agreed(): boolean {
    if (this.#custody === undefined && !(this.begun && isVertical(this.terms))) return false;
    return [...this.#parties.values()].every(({ accepted }) => accepted);
  }
  /** The sum that is not opened yet. */
  get open(): Sum | undefined {
    const last = this.#sums.at(-1);
    return last?.opened ? undefined : last;
  }
  /** @returns the number of the author's next entry */
  nextOf(author: string): number {
    return this.#next.get(author) ?? 0;
  }
  /** What an entry signed now says that its author has seen. */
  get seen(): Entry['seen'] {
    return { lines: this.lines, head: this.head };
  }

  /**
   * Checks the next line against all before it.
   * @returns takes it, once and before any other is offered; so it can be written down in between
   * @throws {ProtocolFault} federation_other, round_unknown, round_stranger, sequence_gap, board_forked, signature_wrong, round_phase, terms_wrong,
   *   officers_missing, sum_differs, survivors_wrong, survivors_few, model_differs, too_large
   */
  offer(signed: SignedEntry): () => void {
    const { entry } = signed;
    if (entry.federation !== this.federation) throw new ProtocolFault('federation_other');
    if (entry.round !== this.round) throw new ProtocolFault('round_unknown');
    if (this.lines >= boardLimits.lines) throw new ProtocolFault('too_large', `${boardLimits.lines} lines`);
    const key = this.#keyOf(entry.by);
    if (key === undefined || !this.#mayWrite(entry)) throw new ProtocolFault('round_stranger', entry.says.kind);
    if (!entryFits(signed, key)) throw new ProtocolFault('signature_wrong', entry.says.kind);
    if (entry.n !== this.nextOf(entry.by)) throw new ProtocolFault('sequence_gap', `${entry.n}`);
    if (this.#heads[entry.seen.lines] !== entry.seen.head) throw new ProtocolFault('board_forked', `${entry.seen.lines}`);
    if (this.#ended) throw new ProtocolFault('round_phase', 'ended');
    const apply = this.#check(entry);
    const line = this.lines;
    return () => {
      if (this.lines !== line) throw new RangeError(`board: line ${line} was offered, ${this.lines} is next`);
      apply();
      this.#heads.push(nextHead(this.head, line, signed));
      this.#next.set(entry.by, entry.n + 1);
    };
  }

  /** Takes the next line. @throws {ProtocolFault} as offer() */
  take(signed: SignedEntry): void {
    this.offer(signed)();
  }

  #mayWrite({ by, says }: Entry): boolean {
    if (says.kind === 'proposal') return says.terms.members.includes(by);
    const { members, coordinator, custodian } = this.terms;
    if (['keyed', 'batched', 'closed', 'missing', 'absent', 'expired'].includes(says.kind)) return by === coordinator;
    if (says.kind === 'custody' || says.kind === 'opened') return by === custodian;
    if (says.kind === 'stop') return by === coordinator || by === custodian || members.includes(by);
    return members.includes(by);
  }

  /** @returns what it changes */
  #check(entry: Entry): () => void {
    const { says } = entry;
    switch (says.kind) {
      case 'proposal':
        return this.#proposal(entry, says);
      case 'acceptance':
        return this.#acceptance(entry, says);
      case 'custody':
        return this.#custodyOf(says);
      case 'keys':
        return this.#keys(entry, says);
      case 'keyed':
        return this.#keyed(says);
      case 'shares':
        return this.#shares(entry, says);
      case 'batched':
        return this.#batched(says);
      case 'contribution':
        return this.#contribution(entry, says);
      case 'closed':
        return this.#closed(says);
      case 'confirmation':
        return this.#confirmation(entry, says);
      case 'reveal':
        return this.#reveal(entry, says);
      case 'missing':
        return this.#missing(says);
      case 'recovery':
        return this.#recovery(entry, says);
      case 'opened':
        return this.#opened(says);
      case 'absent':
        return this.#absent(says);
      case 'exchange':
        need(this.agreed, 'exchange');
        return this.exchanges.take(entry, says, this.terms, this.#parties);
      case 'model':
        return this.#model(entry, says);
      case 'vote':
        return this.#vote(entry, says);
      case 'stop':
        return () => {
          this.#ended = {
            result: 'stopped',
            by: entry.by,
            code: says.code,
            ...(says.reason !== undefined && { reason: says.reason }),
          };
        };
      case 'expired':
        return () => {
          this.#ended = { result: 'stopped', by: entry.by, code: 'round_expired' };
        };
    }
  }

  #proposal({ by }: Entry, says: SayingOf<'proposal'>): () => void {
    need(this.lines === 0, 'proposal');
    const terms = readRoundTerms(says.terms);
    checkOfficers(says.approvals, terms);
    if (terms.coordinator === by) throw new ProtocolFault('round_stranger', 'proposal');
    return () => {
      this.#terms = terms;
      this.#parameters = parametersHash(terms);
      for (const member of terms.members) {
        this.#parties.set(member, { accepted: member === by, out: undefined, model: undefined, vote: undefined });
      }
    };
  }

  #acceptance({ by }: Entry, says: SayingOf<'acceptance'>): () => void {
    const party = this.#parties.get(by)!;
    need(!party.accepted, 'acceptance');
    checkOfficers(says.approvals, this.terms);
    return () => {
      party.accepted = true;
    };
  }

  #custodyOf(says: SayingOf<'custody'>): () => void {
    need(this.#custody === undefined && !isVertical(this.terms), 'custody');
    checkOfficers(says.approvals, this.terms);
    if (!sameSet(Object.keys(says.secrets), this.terms.members)) throw new ProtocolFault('survivors_wrong', 'custody');
    return () => {
      this.#custody = says;
      this.#readers = this.terms.members;
    };
  }

  /** Between two sums, so that who takes part in a sum is fixed while it is open. */
  #keys({ by }: Entry, { batch, keys }: SayingOf<'keys'>): () => void {
    need(this.agreed && this.#custody !== undefined && this.#isActive(by) && !this.open, 'keys');
    need(this.#sums.length === batch * roundLimits.batchSums && batch <= this.#batches.length, 'keys');
    const held = this.#batches[batch];
    need(!held || (held.keyed === undefined && !held.keys.has(by)), 'keys');
    return () => {
      const mine = held ?? { keys: new Map(), keyed: undefined, shares: new Map(), members: undefined };
      if (!held) this.#batches.push(mine);
      mine.keys.set(by, keys);
    };
  }

  #keyed({ batch, members }: SayingOf<'keyed'>): () => void {
    const held = this.#batch(batch);
    need(held.keyed === undefined, 'keyed');
    this.#checkSet(
      members,
      [...held.keys.keys()].filter((member) => this.#isActive(member)),
      'keyed',
    );
    return () => {
      held.keyed = [...members].sort();
      this.#leaveOut(this.active.filter((member) => !members.includes(member)));
    };
  }

  #shares({ by }: Entry, { batch, shares }: SayingOf<'shares'>): () => void {
    const held = this.#batch(batch);
    need(held.keyed?.includes(by) === true && held.members === undefined && !held.shares.has(by), 'shares');
    if (
      !sameSet(
        Object.keys(shares),
        held.keyed!.filter((member) => member !== by),
      )
    )
      throw new ProtocolFault('survivors_wrong', 'shares');
    return () => {
      held.shares.set(by, shares);
    };
  }

  #batched({ batch, members }: SayingOf<'batched'>): () => void {
    const held = this.#batch(batch);
    need(held.keyed !== undefined && held.members === undefined, 'batched');
    this.#checkSet(
      members,
      [...held.shares.keys()].filter((member) => this.#isActive(member)),
      'batched',
    );
    return () => {
      held.members = [...members].sort();
      this.#leaveOut(this.active.filter((member) => !members.includes(member)));
    };
  }

  #contribution({ by }: Entry, says: SayingOf<'contribution'>): () => void {
    const { sum, about, values, ciphertexts } = says;
    const held = this.#sums[sum];
    const batch = this.#batches[Math.floor(sum / roundLimits.batchSums)];
    need(batch?.members !== undefined && this.#isActive(by) && batch.members.includes(by), 'contribution');
    need(
      held ? held.survivors === undefined && !held.contributions.has(by) : sum === this.#sums.length && !this.open,
      'contribution',
    );
    if (held && (held.about !== about || held.values !== values))
      throw new ProtocolFault('sum_differs', `${sum}: ${held.about}, ${about}`);
    const [other] = held?.contributions.values() ?? [];
    if (other && other.ciphertexts.length !== ciphertexts.length) throw new ProtocolFault('sum_differs', `${sum}: ciphertexts`);
    return () => {
      const mine =
        held ??
        this.#newSum(
          sum,
          about,
          values,
          batch!.members!.filter((member) => this.#isActive(member)),
        );
      mine.contributions.set(by, { ciphertexts });
    };
  }

  #newSum(sum: number, about: string, values: number, members: readonly string[]): Sum {
    const made: Sum = {
      ...{
        sum,
        about,
        values,
        members,
        contributions: new Map(),
        survivors: undefined,
        ciphertexts: undefined,
        closedAt: undefined,
      },
      ...{ confirmed: new Set(), reveals: new Map(), missing: undefined, recoveries: new Map(), opened: undefined },
    };
    this.#sums.push(made);
    return made;
  }

  #closed({ sum, survivors, ciphertexts }: SayingOf<'closed'>): () => void {
    const held = this.#sum(sum);
    need(held.survivors === undefined, 'closed');
    this.#checkSet(survivors, [...held.contributions.keys()], 'closed');
    return () => {
      held.survivors = [...survivors].sort();
      held.ciphertexts = ciphertexts;
      held.closedAt = this.lines;
      this.#leaveOut(
        held.members.filter((member) => !survivors.includes(member)),
        sum,
      );
    };
  }

  #confirmation({ by, seen }: Entry, { sum }: SayingOf<'confirmation'>): () => void {
    const held = this.#sum(sum);
    need(held.survivors?.includes(by) === true && !held.opened && !held.confirmed.has(by), 'confirmation');
    // It has to speak of a board with this set of survivors in it: `seen` holds it by its head.
    need(seen.lines > held.closedAt!, 'confirmation');
    return () => {
      held.confirmed.add(by);
    };
  }

  #reveal({ by }: Entry, { sum, sealed }: SayingOf<'reveal'>): () => void {
    const held = this.#sum(sum);
    need(held.confirmed.size >= this.threshold && held.confirmed.has(by), 'reveal');
    need(held.missing === undefined && !held.opened && !held.reveals.has(by), 'reveal');
    return () => {
      held.reveals.set(by, sealed);
    };
  }

  #missing({ sum, members }: SayingOf<'missing'>): () => void {
    const held = this.#sum(sum);
    need(held.survivors !== undefined && held.missing === undefined && !held.opened, 'missing');
    const gone = held.survivors!.filter((member) => !held.reveals.has(member));
    if (gone.length === 0 || !sameSet(members, gone)) throw new ProtocolFault('survivors_wrong', 'missing');
    if (held.reveals.size < this.threshold) throw new ProtocolFault('survivors_few', `${held.reveals.size} of ${this.threshold}`);
    return () => {
      held.missing = [...members].sort();
      this.#leaveOut(gone, sum);
    };
  }

  #recovery({ by }: Entry, { sum, sealed }: SayingOf<'recovery'>): () => void {
    const held = this.#sum(sum);
    need(held.missing !== undefined && held.reveals.has(by) && !held.recoveries.has(by) && !held.opened, 'recovery');
    return () => {
      held.recoveries.set(by, sealed);
    };
  }

  #opened(says: SayingOf<'opened'>): () => void {
    const held = this.#sum(says.sum);
    need(!held.opened && this.revealed(held), 'opened');
    const readers = readersOf(says, this.#readers, this.active);
    return () => {
      held.opened = says;
      this.#readers = readers;
    };
  }

  /** Whether the custodian has what it needs. */
  revealed({ survivors, reveals, missing, recoveries }: Sum): boolean {
    if (!survivors) return false;
    return missing ? recoveries.size >= this.threshold : reveals.size === survivors.length;
  }

  #model({ by }: Entry, says: SayingOf<'model'>): () => void {
    const party = this.#parties.get(by)!;
    const computed = isVertical(this.terms) ? this.exchanges.isWholeFor(by, this.terms) : this.#sums.length > 0 && !this.open;
    need(this.agreed && computed && this.#isActive(by) && !party.model, 'model');
    const other = [...this.#parties.values()].find(({ model }) => model !== undefined)?.model;
    if (other && other.model !== says.model) throw new ProtocolFault('model_differs');
    return () => {
      party.model = says;
    };
  }

  #vote({ by }: Entry, says: SayingOf<'vote'>): () => void {
    const party = this.#parties.get(by)!;
    const active = this.active.map((member) => this.#parties.get(member)!);
    need(this.#isActive(by) && active.every(({ model }) => model !== undefined) && !party.vote, 'vote');
    return () => {
      party.vote = says;
      this.#count();
    };
  }

  /** Those who are waited for when the sums are over: without them the others go on. */
  #absent({ members }: SayingOf<'absent'>): () => void {
    const waited = this.waitedFor;
    need(waited.length > 0, 'absent');
    this.#checkSet(
      this.active.filter((member) => !members.includes(member)),
      this.active.filter((member) => !waited.includes(member)),
      'absent',
    );
    return () => {
      this.#leaveOut(members);
      this.#count();
    };
  }

  /** Members whose model, and then whose vote, is still to come, once one of them is there; in a vertical round whoever it is to go on. */
  get waitedFor(): string[] {
    const active = this.active.map((member) => [member, this.#parties.get(member)!] as const);
    if (active.every(([, { model }]) => model === undefined)) return this.agreed ? this.exchanges.waitedFor(this.terms) : [];
    const without = active.filter(([, { model }]) => model === undefined);
    return (without.length > 0 ? without : active.filter(([, { vote }]) => vote === undefined)).map(([member]) => member);
  }

  /** More than half of those who are left decide. */
  #count(): void {
    const votes = this.active.map((member) => this.#parties.get(member)!.vote);
    if (votes.some((vote) => vote === undefined)) return;
    const yes = votes.filter((vote) => vote!.adopt).length;
    this.#ended = { result: 2 * yes > votes.length ? 'adopted' : 'rejected' };
  }

  #isActive(member: string): boolean {
    return this.#parties.get(member)?.out === undefined && this.#parties.has(member);
  }

  #batch(batch: number): Batch {
    const held = this.#batches[batch];
    if (!held) throw new ProtocolFault('round_phase', `batch ${batch}`);
    return held;
  }

  #sum(sum: number): Sum {
    const held = this.#sums[sum];
    if (!held) throw new ProtocolFault('round_phase', `sum ${sum}`);
    return held;
  }

  /** A set that the coordinator names has to be the one that the board gives, and large enough. */
  #checkSet(said: readonly string[], found: readonly string[], what: string): void {
    if (!sameSet(said, found)) throw new ProtocolFault('survivors_wrong', what);
    if (said.length < this.threshold) throw new ProtocolFault('survivors_few', `${said.length} of ${this.threshold}`);
  }

  #leaveOut(members: readonly string[], sum?: number): void {
    for (const member of members) {
      const party = this.#parties.get(member)!;
      party.out ??= { line: this.lines, ...(sum !== undefined && { sum }) };
    }
  }
}
