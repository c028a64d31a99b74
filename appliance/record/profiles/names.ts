// What ids and values are called in the store: keyed hashes (blind indexes), so that the disk tells nobody's. Of the latest ids it remembers
// whose they are, as most events come from somebody who was just here.

import { blindIndex, blindIndexBytes, blindIndexInto } from '../../../crypto/blind-index.ts';
import type { Vault } from '../../core/vault/vault.ts';
import { type Claim, claimName } from './identity/partition.ts';
import { Remembered } from './remembered.ts';
import { keyText } from './store.ts';

/** Ids of records kept in the clear, in memory only. */
const idsRemembered = 50_000;

/** Who an event is about: a record by its key, and its id once it is known. One object for one record, while it is remembered. */
export type Who = {
  readonly source: number;
  readonly known: boolean;
  readonly key: Buffer;
  readonly text: string;
  recordId: number | undefined;
};

export class Names {
  readonly #vault: Pick<Vault, 'indexKey'>;
  readonly #idOf: (recordKey: string) => number | undefined;
  readonly #users = new Remembered<Who>();
  readonly #devices = new Remembered<Who>();

  /** @param idOf the id of a record whose key memory knows */
  constructor(vault: Pick<Vault, 'indexKey'>, idOf: (recordKey: string) => number | undefined) {
    this.#vault = vault;
    this.#idOf = idOf;
  }

  messageKey(source: number, messageId: string): Buffer {
    const key = Buffer.allocUnsafeSlow(blindIndexBytes);
    this.messageKeyInto(key, source, messageId);
    return key;
  }

  messageKeyInto(out: Buffer, source: number, messageId: string): void {
    blindIndexInto(out, this.#vault.indexKey('message'), 'message', `${source} ${messageId}`);
  }

  recordKey(source: number, known: boolean, id: string): Buffer {
    return this.whoIs(source, known, id).key;
  }

  whoIs(source: number, known: boolean, id: string): Who {
    const names = known ? this.#users : this.#devices;
    const remembered = names.get(source, id);
    if (remembered) return remembered;
    const key = blindIndex(this.#vault.indexKey('record'), known ? 'user_id' : 'anonymous_id', `${source} ${id}`);
    const text = keyText(key);
    return names.add(source, id, { source, known, key, text, recordId: this.#idOf(text) });
  }

  /** The record of a user who is remembered: an id that was found to tell somebody. */
  rememberedUser(source: number, id: string): Who | undefined {
    return this.#users.get(source, id);
  }

  identifierKey(claim: Claim): Buffer {
    return blindIndex(this.#vault.indexKey(`identifier ${claim.kind}`), claim.kind, claimName(claim));
  }

  makeRoom(): void {
    if (this.#users.size + this.#devices.size > idsRemembered) this.clear();
  }

  clear(): void {
    this.#users.clear();
    this.#devices.clear();
  }
}
