// Seals texts that came to the writer's thread in a pack, each where it stands, and overwrites the keys that came with them.

import { envelopeOverheadBytes, type Place, place, sealInPlace } from '../../../../crypto/envelope.ts';
import { keyBytes } from '../../../../crypto/keys.ts';
import type { SealedColumn } from './pack.ts';

const places = new Map<string, Place>();

function placeOf(table: string, column: string): Place {
  const name = `${table}.${column}`;
  const known = places.get(name) ?? place(table, column);
  places.set(name, known);
  return known;
}

/** To be called once for a pack: what stands there afterwards is ciphertext. */
export function sealColumn(body: ArrayBuffer, sealed: SealedColumn): void {
  const memory = Buffer.from(body);
  const where = placeOf(sealed.table, sealed.column);
  const lengths = new Int32Array(body, sealed.lengthsAt, sealed.rows);
  const rowIds = new Float64Array(body, sealed.rowIdsAt, sealed.rows);
  const epochs = new Float64Array(body, sealed.epochsAt, sealed.rows);
  const keysEnd = sealed.keysAt + sealed.rows * keyBytes;
  let at = sealed.envelopesAt;
  for (let row = 0; row < sealed.rows; row++) {
    const keyAt = sealed.keysAt + row * keyBytes;
    const key = memory.subarray(keyAt, keyAt + keyBytes);
    const length = lengths[row]!;
    sealInPlace(memory, at, length - envelopeOverheadBytes, key, epochs[row]!, where, rowIds[row]!);
    at += length;
  }
  memory.fill(0, sealed.keysAt, keysEnd);
}
