// Being a witness to others' logs and having witnesses to one's own, as in C2SP tlog-witness (https://c2sp.org/tlog-witness): a head is signed only
// when it continues what was signed before, and what was signed is on disk before the signature leaves.

import { verifyConsistency } from '../../../crypto/merkle-log.ts';
import { Fault } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { type Cosignature, type CosignatureText, cosign, cosignatureText, isCosigned, parseCosignature } from './cosign.ts';
import { bytesOf, type HeadText, headText, hex, isSignedBy, parseHead } from './head.ts';
import { addCosignature, putWitnessed, readCosignatures, readWitnessed } from './store.ts';

/** Another node whose heads this one signs, and whose signatures it takes. */
export type AuditPeer = {
  name: string;
  /** Hexadecimal. */
  publicKey: string;
};
/** A head to be signed: with the proof that it continues the log of `from` entries (RFC 9162, 2.1.4); 0 and no proof the first time. */
export type CosignRequest = HeadText & { from?: number; proof?: string[] };
export type Cosigned = CosignatureText & { peer: string };
export type WitnessedHead = HeadText & { peer: string };

export const witnessLimits = {
  peers: 64,
  /** Hashes of a consistency proof: for 2^63 entries fewer than this. C2SP tlog-witness has the same limit. */
  proofHashes: 63,
  /** Co-signatures of one head that are kept; the latest of each peer. */
  perPage: 1_000,
} as const;

export type WitnessParts = {
  store: Store;
  vault: Vault;
  ports: Ports;
  publicKey: Uint8Array;
  peers: readonly AuditPeer[];
  /** The root of one's own log at a size. @throws {Fault} `not_found` */
  rootAt(size: number): Promise<Buffer>;
};

export class Witness {
  readonly #parts: WitnessParts;
  #changing: Promise<unknown> = Promise.resolve();

  constructor(parts: WitnessParts) {
    this.#parts = parts;
  }

  /**
   * Signs a peer's head.
   * @throws {Fault} `not_found` for a log of nobody we know, `bad_request` for a head that its node did not sign or a proof that proves
   * nothing, `conflict` when the proof does not begin where we signed last, or when two heads of one size differ
   */
  cosign(request: CosignRequest): Promise<Cosigned> {
    return this.#alone(() => this.#cosign(request));
  }

  /** Keeps a peer's signature over one's own head. @throws {Fault} `not_found`, `bad_request` */
  accept(given: unknown): Promise<Cosigned> {
    return this.#alone(async () => {
      const cosignature = parseCosignature(given);
      if (!cosignature) throw new Fault('bad_request', 'body: no co-signature');
      const peer = this.#peer(cosignature.publicKey);
      const root = await this.#parts.rootAt(cosignature.size);
      if (!isCosigned(this.#parts.publicKey, root, cosignature))
        throw new Fault('bad_request', 'signature: not over the root of this log');
      await this.#parts.store.transact([addCosignature(cosignature)]);
      return { ...cosignatureText(cosignature), peer };
    });
  }

  /** Signatures of peers over one's own heads, the largest first. */
  async cosignatures(limit: number): Promise<Cosigned[]> {
    const found = await readCosignatures(this.#parts.store, { newest: limit });
    return found.map((one) => ({ ...cosignatureText(one), peer: this.#nameOf(one.publicKey) ?? '' }));
  }

  /** The last head that was signed of each peer: what they can hold their log against. */
  async witnessed(): Promise<WitnessedHead[]> {
    const all = await Promise.all(
      this.#parts.peers.map(async ({ name, publicKey }) => {
        const key = bytesOf(publicKey, 32);
        const head = key && (await readWitnessed(this.#parts.store, key));
        return head && { ...headText(head, key), peer: name };
      }),
    );
    return all.filter((one) => one !== undefined);
  }

  async #cosign(request: CosignRequest): Promise<Cosigned> {
    const { store, vault, ports, publicKey } = this.#parts;
    const head = parseHead(request);
    if (!head) throw new Fault('bad_request', 'body: no head of an audit log');
    const peer = this.#peer(head.publicKey);
    if (!isSignedBy(head.publicKey, head)) throw new Fault('bad_request', 'signature: not of the key that the head names');
    const from = request.from ?? 0;
    const known = await readWitnessed(store, head.publicKey);
    const knownSize = known?.size ?? 0;
    if (from > head.size) throw new Fault('bad_request', 'from: more than the head has');
    if (from !== knownSize) throw new Fault('conflict', `from: this node signed ${knownSize} entries last`);
    if (known && known.size === head.size && !Buffer.from(known.root).equals(Buffer.from(head.root)))
      throw new Fault('conflict', `two heads of ${head.size} entries differ: the log of ${peer} was not only added to`);
    const proof = (request.proof ?? []).map((hash) => bytesOf(hash, 32));
    if (proof.length > witnessLimits.proofHashes || proof.some((hash) => !hash)) throw new Fault('bad_request', 'proof');
    if (known && !verifyConsistency(from, head.size, known.root, head.root, proof as Buffer[]))
      throw new Fault('bad_request', `proof: does not show that the log continues that of ${from} entries`);
    if (!known && proof.length > 0) throw new Fault('bad_request', 'proof: nothing was signed before');
    // A crash after this is a signature that was not given; the other way round two logs could be signed.
    await store.transact([putWitnessed(head.publicKey, head)]);
    const timeS = Math.floor(ports.clock.nowMs() / 1000);
    const signed: Cosignature = cosign(vault.signingKey(), publicKey, head, timeS);
    return { ...cosignatureText(signed), peer };
  }

  #peer(key: Uint8Array): string {
    const name = this.#nameOf(key);
    if (name === undefined) throw new Fault('not_found', 'publicKey: of no peer in auditPeers of holdfast.json');
    return name;
  }

  #nameOf(key: Uint8Array): string | undefined {
    const text = hex(key);
    return this.#parts.peers.find(({ publicKey }) => publicKey === text)?.name;
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#changing.then(work);
    this.#changing = next.catch(() => undefined);
    return next;
  }
}
