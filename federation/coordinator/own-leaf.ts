// The coordinator's own certificate: asked for like any member's, in its own book, and taken from there once the founder has published it. The
// key stays: so a leaf that ran out while the founder was away can be replaced by a file, without a coordinator that answers.

import { certificateKeyFromPem, certifiedKey, publicKeyOfPem, requestLeaf } from '../protocol/certificates.ts';
import { checkLeaf } from '../protocol/check-leaf.ts';
import type { Coordinator } from './coordinator.ts';
import type { Leaf } from './https.ts';

export class OwnLeaf {
  readonly #coordinator: Coordinator;
  readonly #clock: { nowMs(): number };
  #leaf: Leaf;
  #asked = false;

  /** @param leaf the one it was welcomed with; a newer one that was published since takes its place at the first step */
  constructor(coordinator: Coordinator, leaf: Leaf, clock: { nowMs(): number }) {
    this.#coordinator = coordinator;
    this.#leaf = leaf;
    this.#clock = clock;
  }

  get leaf(): Leaf {
    return this.#leaf;
  }

  /**
   * Takes a newer leaf, or asks for one in time. To be called at the start, now and then, and when a leaf was published.
   * @returns whether `leaf` is another one now
   */
  async step(): Promise<boolean> {
    const { member, trust } = this.#coordinator;
    const api = this.#coordinator.forMember(member);
    const held = checkLeaf(this.#leaf.certificate, trust);
    const published = await api.leaf();
    if (published !== undefined && this.#isNewer(published, held.ok ? held.notAfterMs : 0)) {
      this.#leaf = { ...this.#leaf, certificate: published };
      this.#asked = false;
      return true;
    }
    const due = !held.ok || this.#clock.nowMs() >= held.renewAtMs;
    // Each request has another signature: one for each start is enough.
    if (due && !this.#asked) {
      const keys = await certificateKeyFromPem(this.#leaf.privateKey);
      await api.requestLeaf(await requestLeaf({ federation: trust.federation, member }, keys));
      this.#asked = true;
    }
    return false;
  }

  #isNewer(published: string, heldUntilMs: number): boolean {
    const { member, trust } = this.#coordinator;
    const found = checkLeaf(published, trust);
    if (!found.ok || found.member !== member || found.notAfterMs <= heldUntilMs) return false;
    return certifiedKey(published) === publicKeyOfPem(this.#leaf.privateKey);
  }
}
