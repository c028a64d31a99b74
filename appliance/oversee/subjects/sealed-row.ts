// Bodies of this slice's rows: JSON sealed with the node's derived-data key, bound to their place.

import { openEnvelope, place, type RowId, sealEnvelope } from '../../../crypto/envelope.ts';
import { openOrFault, type Vault } from '../../core/vault/vault.ts';

export type BodySeal = {
  seal(table: string, row: RowId, body: unknown): Buffer;
  /** @throws {Fault} `seal_broken` */
  open<T>(table: string, row: RowId, sealed: unknown): T;
};

export function bodySeal(vault: Pick<Vault, 'derivedKey' | 'derivedEpoch'>): BodySeal {
  return {
    seal: (table, row, body) =>
      sealEnvelope(vault.derivedKey(), vault.derivedEpoch, place(table, 'body'), row, Buffer.from(JSON.stringify(body), 'utf8')),
    open: <T>(table: string, row: RowId, sealed: unknown) =>
      openOrFault(
        `${table} ${row}`,
        () => JSON.parse(openEnvelope(vault.derivedKey(), place(table, 'body'), row, sealed as Uint8Array).toString('utf8')) as T,
      ),
  };
}
