// Checks the transcript of a round offline, from its own text and, best, the founder's fingerprint that came another way: the board line for line by
// the same state machine as everybody ran, each opened sum against what the custodian signed, and the model against the sums. It says what is wrong
// and in which line. Behind the first line of the board that does not follow, signatures, sums and the model are checked still; what would have to
// follow from that line is not. Keys are those of the membership log that the terms name.

import { attempt, digitsOf, type Finding, type Found, foundIn, linesOf, must } from '../findings.ts';
import { fingerprintOfHash } from '../identity.ts';
import { activeMember, foldMembership, type Membership } from '../membership.ts';
import { personOf } from '../verify-match.ts';
import { Board } from './board.ts';
import { checkCloser, checkClosing, type SignedClosing } from './closing.ts';
import { type RoundRecord, roundRecordOf } from './round-record.ts';
import { type RoundTerms, readRoundTerms } from './round-terms.ts';
import { entryFits, type Saying, type SignedEntry } from './sayings.ts';
import { type RoundLine, type RoundOpening, readRoundLine, roundFileLimits } from './transcript-lines.ts';
import { SumsCheck } from './verify-sums.ts';

export type RoundVerdict = Found & {
  /** Of the board, as far as its lines follow. */
  readonly entries: number;
  readonly head: string;
  /** Whether the founder was compared with a fingerprint that came another way. */
  readonly founderCompared: boolean;
  /** undefined where there are no terms to go by. */
  readonly record?: RoundRecord;
};

type Known = { readonly opening: RoundOpening; readonly membership: Membership; readonly board: Board };

class RoundCheck {
  readonly findings: Finding[] = [];
  readonly #sums = new SumsCheck(this.findings);
  readonly #founder: string | undefined;
  readonly #entries: SignedEntry[] = [];
  #isOpen = false;
  /** undefined without a log of this federation that follows: nobody has keys. */
  #known: Known | undefined;
  #terms: RoundTerms | undefined;
  readonly #closings: SignedClosing[] = [];
  #closingsBegun = false;
  /** A line did not follow: the board stands where it stood. */
  #broken = false;

  constructor(founder: string | undefined) {
    this.#founder = founder;
  }

  /** Every line of the board follows, so far. */
  get #isWhole(): boolean {
    return this.#known !== undefined && !this.#broken;
  }

  /** @throws {ProtocolFault} */
  take(line: number, value: RoundLine): void {
    must(this.#isOpen || value.entry === 'round', 'transcript_order', 'round');
    if (value.entry !== 'closing') attempt(this.findings, line, () => must(!this.#closingsBegun, 'transcript_order', 'closing'));
    if (value.entry === 'round') this.#takeOpening(line, value);
    else if (value.entry === 'sum') this.#sums.takeSum(line, value.sum, value.bytes, this.#isWhole);
    else if (value.entry === 'model') this.#sums.takeModel(line, value.bytes);
    else if (value.entry === 'closing') this.#takeClosing(value);
    else {
      const signed = value as SignedEntry;
      attempt(this.findings, line, () => must(!this.#sums.begun, 'transcript_order', signed.entry.says.kind));
      if (this.#known) this.#takeEntry(line, signed, this.#known);
    }
  }

  #takeOpening(line: number, opening: RoundOpening): void {
    must(!this.#isOpen && line === 1, 'transcript_order', 'round');
    this.#isOpen = true;
    const { federation, round } = opening;
    const membership = foldMembership(opening.log);
    const keyOf = (member: string) => membership.members.get(member)?.descriptor.signingKey;
    const isOwn = attempt(this.findings, line, () => must(membership.federation === federation, 'federation_other'));
    if (isOwn) this.#known = { opening, membership, board: new Board(federation, round, keyOf) };
    const fingerprint = fingerprintOfHash(membership.foundedBy);
    if (this.#founder !== undefined) must(digitsOf(fingerprint) === digitsOf(this.#founder), 'founder_differs');
  }

  #takeEntry(line: number, signed: SignedEntry, known: Known): void {
    if (this.#broken) this.#checkAlone(signed, known);
    else if (attempt(this.findings, line, () => known.board.take(signed))) this.#entries.push(signed);
    else {
      this.#broken = true;
      if (!isWhole(signed, known)) return;
    }
    if (signed.entry.says.kind === 'proposal') this.#takeTerms(line, signed.entry.says.terms, known.membership);
    const terms = this.#terms;
    if (!terms) return;
    this.#sums.note(signed.entry, terms);
    this.#checkSaying(line, signed.entry.says, terms);
  }

  /** What holds of an entry wherever it stands. */
  #checkAlone(signed: SignedEntry, { opening, membership }: Known): void {
    const { federation, round, by, says } = signed.entry;
    must(federation === opening.federation, 'federation_other');
    must(round === opening.round, 'round_unknown');
    const { members, coordinator, custodian } = this.#terms ?? {};
    must(!members || [...members, coordinator, custodian].includes(by), 'round_stranger', says.kind);
    must(isSigned(signed, membership), 'signature_wrong', says.kind);
  }

  /** Of the end where the board follows to it; of nobody's end, but somebody's, where it does not. @throws {ProtocolFault} */
  #takeClosing({ closing, signature }: Extract<RoundLine, { entry: 'closing' }>): void {
    this.#closingsBegun = true;
    const [known, terms] = [this.#known, this.#terms];
    if (!known || !terms) return;
    must(!this.#closings.some(({ closing: { by } }) => by === closing.by), 'transcript_order', 'closing');
    const keyOf = (member: string) => known.membership.members.get(member)?.descriptor.signingKey;
    const signed = { closing, signature };
    const { federation, round } = known.opening;
    checkCloser(signed, { federation, round, terms }, keyOf);
    if (!this.#isWhole) return;
    checkClosing(signed, known.board, keyOf);
    this.#closings.push(signed);
  }

  /** They are proposed under this log, by and for members of that day. */
  #takeTerms(line: number, value: unknown, membership: Membership): void {
    if (this.#terms) return;
    const terms = readRoundTerms(value);
    this.#terms = terms;
    const { size, head } = terms.log;
    attempt(this.findings, 1, () => must(membership.size === size && membership.head === head, 'log_forked', 'log'));
    attempt(this.findings, line, () => {
      for (const member of [...terms.members, terms.custodian]) activeMember(membership, member);
      must(activeMember(membership, terms.coordinator).role !== 'participant', 'terms_wrong', 'coordinator');
    });
  }

  /** What the board leaves to its readers: one person under two spellings, and budgets. */
  #checkSaying(line: number, says: Saying, terms: RoundTerms): void {
    if (!('approvals' in says)) return;
    const names = new Set(says.approvals.map(({ officer }) => officer));
    const people = new Set([...names].map(personOf));
    const enough = people.size >= terms.officers || names.size < terms.officers;
    attempt(this.findings, line, () => must(enough, 'officers_missing', `${terms.officers}`));
    if (says.kind === 'custody' || !says.budget) return;
    const { budget, spent, limit } = says.budget;
    // Sums of fractions may miss the limit by their last bit.
    attempt(this.findings, line, () => must(spent <= limit * (1 + 1e-12), 'budget_exceeded', budget));
  }

  /** @param line the one after the last */
  verdict(line: number): RoundVerdict {
    if (!this.#isOpen) this.findings.push({ line: 1, code: 'transcript_order', where: 'round' });
    const known = this.#known;
    if (known && this.#isWhole) attempt(this.findings, line, () => must(known.board.ended !== undefined, 'outcome_missing'));
    const recomputed = this.#sums.end(line, this.#terms, this.#isWhole);
    const { given, modelBytes } = this.#sums;
    const record =
      known?.board.begun &&
      roundRecordOf({
        ...known,
        ...known.opening,
        entries: this.#entries,
        given,
        modelBytes,
        recomputed,
        closings: this.#closings,
      });
    return {
      ...foundIn(this.findings),
      entries: known?.board.lines ?? 0,
      head: known?.board.head ?? '',
      founderCompared: this.#founder !== undefined,
      ...(record && { record }),
    };
  }
}

function isSigned(signed: SignedEntry, membership: Membership): boolean {
  const key = membership.members.get(signed.entry.by)?.descriptor.signingKey;
  return key !== undefined && entryFits(signed, key);
}

/** Of this round, and signed by who it says. */
function isWhole(signed: SignedEntry, { opening, membership }: Known): boolean {
  const { federation, round } = signed.entry;
  return federation === opening.federation && round === opening.round && isSigned(signed, membership);
}

/**
 * @param file its bytes, or its text  @param founder the founder's fingerprint as officers compared it; without it the log vouches for itself alone
 * @returns no finding when all is right; otherwise the findings by line, at most 20
 */
export function verifyRound(file: string | Uint8Array, founder?: string): RoundVerdict {
  const check = new RoundCheck(founder);
  if (file.length > roundFileLimits.bytes) {
    check.findings.push({ line: 1, code: 'too_large', where: `${roundFileLimits.bytes} bytes` });
    return check.verdict(1);
  }
  const lines = linesOf(file, roundFileLimits.lines, check.findings);
  for (const [at, line] of lines.entries()) attempt(check.findings, at + 1, () => check.take(at + 1, readRoundLine(line)));
  return check.verdict(lines.length + 1);
}
