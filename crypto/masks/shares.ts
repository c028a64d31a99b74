// Shares of a sum's secrets: each of them in one piece for every member, so many of which give it back and fewer tell nothing (Shamir 1979, over
// GF(256), by the library shamir-secret-sharing). A secret put together is held to its commitment (secrets.ts), and each share to the hash
// that the one who shared published of it, where it did.
//
//   share   33 bytes: the secret's, then the x coordinate, as the library lays them out
//
// Known ways to misuse it:
// - The library draws coefficients and coordinates itself: shares of one secret are other ones each time, whatever the seed of a simulation.
// - Among more wrong shares than attempts can leave out, nothing is found (reconstruct). With many members run it off the event loop.

import { createHash } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { zeroBytes } from '../keys.ts';
import { checkBytes, checkMember, checkPlace, labelled, maskLimits, type SumPlace, sameBytes } from './labels.ts';
import { commitmentOf, type SecretKind, secretBytes } from './secrets.ts';

export const shareBytes = secretBytes + 1;
/** Every choice among up to 15 members at two thirds; six wrong shares among 100 are mostly found (docs/decisions/masks.md). */
export const attemptsMax = 2000;

/** semi-honest: members follow the steps and read along. malicious: up to a third of them, with the coordinator, do as they like. */
export type Setting = 'semi-honest' | 'malicious';

/**
 * How many shares give a secret back. More than half, so that no two groups without a common member open two different secrets of one member;
 * with liars who answer both groups, more than two thirds (Bonawitz et al. 2017, section 6.2).
 * @throws {RangeError} for fewer than 3 members, or more than 255
 */
export function thresholdOf(members: number, setting: Setting): number {
  const { membersMin, membersMax } = maskLimits;
  if (!Number.isInteger(members) || members < membersMin || members > membersMax) {
    throw new RangeError(`members: expected an integer from ${membersMin} to ${membersMax}, got ${members}`);
  }
  return setting === 'malicious' ? Math.floor((2 * members) / 3) + 1 : Math.floor(members / 2) + 1;
}

/**
 * @param secret 32 bytes @param threshold more than half of the members
 * @returns one share for each member, its own included
 */
export async function shareSecret(secret: Uint8Array, threshold: number, members: number): Promise<Uint8Array[]> {
  checkBytes('secret', secret, secretBytes);
  checkThreshold(threshold, members);
  // The library takes a plain Uint8Array only, not a Buffer.
  const plain = new Uint8Array(secret);
  try {
    return await split(plain, members, threshold);
  } finally {
    zeroBytes(plain);
  }
}

function checkThreshold(threshold: number, members: number): void {
  const least = thresholdOf(members, 'semi-honest');
  if (!Number.isInteger(threshold) || threshold < least || threshold > members) {
    throw new RangeError(`threshold: expected an integer from ${least} to the number of members ${members}, got ${threshold}`);
  }
}

/**
 * What the one who shares may publish of each share: SHA-256, which hides it as the secret's commitment does. With these a wrong share is
 * proof against who gave it; without them nobody can tell for sure (reconstruct).
 * @param member whose secret it is @param holder whose share
 */
export function shareHashOf(share: Uint8Array, about: Omit<Committed, 'commitment'>, holder: string): Buffer {
  const { kind, place, member } = about;
  checkBytes('share', share, shareBytes);
  checkPlace(place);
  checkMember('member', member);
  checkMember('holder', holder);
  return createHash('sha256')
    .update(labelled('share', kind, place.session, place.index, member, holder, share))
    .digest();
}

export type GivenShare = { readonly from: string; readonly share: Uint8Array };

/** The shares do not give the secret that was committed to. */
export class SharesRefused extends Error {
  override readonly name = 'SharesRefused';
  /** too-few: fewer than the threshold are shares at all. no-fit: none of the choices tried gives the secret. */
  readonly reason: 'too-few' | 'no-fit';
  /** Who gave what is no share, or not the one that was hashed. */
  readonly wrong: readonly string[];
  readonly attempts: number;
  /** Whether every choice was tried: then too many of the shares are wrong, or were wrong when they were given out. */
  readonly exhausted: boolean;
  constructor(reason: SharesRefused['reason'], wrong: readonly string[], attempts: number, exhausted: boolean) {
    super(`shares: ${reason === 'too-few' ? 'too few that are shares' : `no fit in ${attempts} attempts`}`);
    this.reason = reason;
    this.wrong = wrong;
    this.attempts = attempts;
    this.exhausted = exhausted;
  }
}

/** Whose secret of which sum, and what it is held to. */
export type Committed = {
  readonly kind: SecretKind;
  readonly place: SumPlace;
  readonly member: string;
  /** 32 bytes, as published. */
  readonly commitment: Uint8Array;
  /** shareHashOf() by holder, as published, if it was. */
  readonly shareHashes?: ReadonlyMap<string, Uint8Array>;
};

export type Reconstructed = {
  readonly secret: Uint8Array;
  /** Who gave what is no share, or not the one that was hashed: proof. */
  readonly wrong: readonly string[];
  /**
   * Whose shares are not on the polynomial that was found, where the first choice was not the right one (else nobody looks at the spare shares,
   * which would cost as much as all the rest): no proof. Where no hashes were published, two liars may bend it away from honest
   * members, and even by chance, if they change the same byte; where they were, who shared gave out shares that do not belong together.
   */
  readonly suspects: readonly string[];
  readonly attempts: number;
};

/**
 * The secret that was committed to. When the first shares do not give it, others are tried: all choices if they are few enough, else chosen as
 * a hash of the shares says, so that nobody places wrong ones where they hurt most without knowing all the others.
 * @param given from different members, in any order
 * @throws {SharesRefused} when there is none to be found
 */
export async function reconstruct(
  given: readonly GivenShare[],
  threshold: number,
  members: number,
  committed: Committed,
  attempts: number = attemptsMax,
): Promise<Reconstructed> {
  checkThreshold(threshold, members);
  if (given.length > members || new Set(given.map(({ from }) => from)).size !== given.length) {
    throw new RangeError(`given: expected at most one share of each of ${members} members`);
  }
  const passed = given.filter((one) => passes(one, committed));
  const wrong = given.filter((one) => !passed.includes(one)).map(({ from }) => from);
  if (passed.length < threshold) throw new SharesRefused('too-few', wrong, 0, true);
  const shares = passed.map(({ share }) => new Uint8Array(share));
  let tried = 0;
  for (const choice of choices(shares, threshold, attempts)) {
    tried += 1;
    const chosen = choice.map((at) => shares[at]!);
    const secret = await combineDistinct(chosen);
    if (!secret) continue;
    if (sameBytes(commitmentOf(committed.kind, secret, committed.place, committed.member), committed.commitment)) {
      const off = tried === 1 ? [] : await offTheCurve(shares, choice, secret);
      return { secret, wrong, suspects: off.map((at) => passed[at]!.from), attempts: tried };
    }
    zeroBytes(secret);
  }
  throw new SharesRefused('no-fit', wrong, tried, choose(shares.length, threshold) <= attempts);
}

function passes({ from, share }: GivenShare, committed: Committed): boolean {
  // At x = 0 lies the secret itself: the library would take such a share and give its bytes back.
  if (share.length !== shareBytes || share[secretBytes] === 0) return false;
  const hash = committed.shareHashes?.get(from);
  if (!committed.shareHashes) return true;
  return hash !== undefined && sameBytes(shareHashOf(share, committed, from), hash);
}

/** undefined when two lie at one x, so that they cannot both be right. */
async function combineDistinct(shares: readonly Uint8Array[]): Promise<Uint8Array | undefined> {
  if (new Set(shares.map((share) => share[secretBytes])).size !== shares.length) return undefined;
  return combine([...shares]);
}

/**
 * Which of the others are not on the chosen ones' polynomial. Put in the place of one that is, a share on it gives the secret again; one that is
 * not cannot, as two polynomials of this degree that meet in all other places and in the secret are one.
 */
async function offTheCurve(shares: readonly Uint8Array[], choice: readonly number[], secret: Uint8Array): Promise<number[]> {
  const chosen = new Set(choice);
  const bad: number[] = [];
  for (const [at, share] of shares.entries()) {
    if (chosen.has(at)) continue;
    const sameX = choice.findIndex((other) => shares[other]![secretBytes] === share[secretBytes]);
    const replaced = sameX === -1 ? choice.length - 1 : sameX;
    const again = await combine(choice.map((other, index) => (index === replaced ? share : shares[other]!)));
    if (!sameBytes(again, secret)) bad.push(at);
    zeroBytes(again);
  }
  return bad;
}

/** n over k, exact far beyond what attempts are. */
function choose(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= n - k; i += 1) product = (product * (k + i)) / i;
  return Math.round(product);
}

/** Choices of `size` places, the first ones first: every one if that is within `limit`, else as many as that. */
function* choices(shares: readonly Uint8Array[], size: number, limit: number): Generator<number[]> {
  const choice = Array.from({ length: size }, (_, at) => at);
  if (choose(shares.length, size) > limit) {
    for (let attempt = 0; attempt < limit; attempt += 1) yield attempt === 0 ? choice : drawn(shares, size, attempt);
    return;
  }
  for (;;) {
    yield [...choice];
    // The last place that can still move moves on, and those behind it follow.
    let at = size - 1;
    while (at >= 0 && choice[at] === shares.length - size + at) at -= 1;
    if (at < 0) return;
    choice[at]! += 1;
    for (let next = at + 1; next < size; next += 1) choice[next] = choice[next - 1]! + 1;
  }
}

/** As the hash of all shares and the attempt sorts them. */
function drawn(shares: readonly Uint8Array[], size: number, attempt: number): number[] {
  const hash = createHash('shake256', { outputLength: 4 * shares.length });
  for (const share of shares) hash.update(share);
  const bytes = hash.update(String(attempt)).digest();
  const keys = shares.map((_, at) => bytes.readUInt32LE(4 * at));
  return [...keys.keys()].sort((a, b) => keys[a]! - keys[b]!).slice(0, size);
}
