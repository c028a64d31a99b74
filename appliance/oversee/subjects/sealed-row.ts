// Bodies of this slice's rows: JSON sealed with the node's derived-data key, bound to their place.

import { openOrFault, textSeal, type Vault } from '../../core/vault/vault.ts';

export type BodySeal = {
  seal(table: string, row: number | string, body: unknown): Uint8Array;
  /** @throws {Fault} `seal_broken` */
  open<T>(table: string, row: number | string, sealed: unknown): T;
};

export function bodySeal(vault: Pick<Vault, 'derivedKey' | 'derivedEpoch'>): BodySeal {
  const { sealText, openText } = textSeal(vault);
  return {
    seal: (table, row, body) => sealText(table, 'body', row, JSON.stringify(body)),
    open: <T>(table: string, row: number | string, sealed: unknown) =>
      openOrFault(`${table} ${row}`, () => JSON.parse(openText(table, 'body', row, sealed as Uint8Array)) as T),
  };
}
