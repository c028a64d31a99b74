// Texts about no single customer (names of sources and staff, settings, policies, sketches), sealed by the node's derived-data key and bound to
// their place: whoever keeps some takes this and no vault.

import { openEnvelope, place, type RowId, sealEnvelope } from '../../../crypto/envelope.ts';
import type { Vault } from './vault.ts';

export type TextSeal = {
  sealText(table: string, column: string, row: RowId, text: string): Uint8Array;
  /** @throws {SealBroken} for one that was changed, or stands elsewhere than where it was put */
  openText(table: string, column: string, row: RowId, sealed: Uint8Array): string;
};

export function textSeal(vault: Pick<Vault, 'derivedKey' | 'derivedEpoch'>): TextSeal {
  return {
    sealText: (table, column, row, text) =>
      sealEnvelope(vault.derivedKey(), vault.derivedEpoch, place(table, column), row, Buffer.from(text, 'utf8')),
    openText: (table, column, row, sealed) =>
      openEnvelope(vault.derivedKey(), place(table, column), row, sealed).toString('utf8'),
  };
}

/** The same for bytes, such as files. */
export type ByteSeal = {
  sealBytes(table: string, column: string, row: RowId, bytes: Uint8Array): Uint8Array;
  /** @throws {SealBroken} as `openText` */
  openBytes(table: string, column: string, row: RowId, sealed: Uint8Array): Uint8Array;
};

export function byteSeal(vault: Pick<Vault, 'derivedKey' | 'derivedEpoch'>): ByteSeal {
  return {
    sealBytes: (table, column, row, bytes) =>
      sealEnvelope(vault.derivedKey(), vault.derivedEpoch, place(table, column), row, bytes),
    openBytes: (table, column, row, sealed) => openEnvelope(vault.derivedKey(), place(table, column), row, sealed),
  };
}
