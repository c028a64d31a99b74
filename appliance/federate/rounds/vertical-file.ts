// A side of a vertical round over a file: the n-th row of every side is the same person. Rows of the owner without a label take no part.

import type { OwnerSide, PartnerSide, SideWork } from '../../../federation/participant/round/vertical/ports.ts';
import { partnersOf } from '../../../federation/protocol/round/vertical-terms.ts';
import type { Boosting } from '../../decide/models/boosting/boosting.ts';
import { columnsOfFile } from './round-file.ts';
import { featureTable, labelledRows, type RoundTable, roundTable } from './round-table.ts';
import { ownerSide, ownSchema, partnerSide, verticalOf } from './vertical-side.ts';

/** @throws {ProtocolFault} as tableOfFile() */
export async function ownerOfFile(path: string, { me, terms, signal }: SideWork, boosting: Boosting): Promise<OwnerSide> {
  const schema = ownSchema(terms, me);
  const matrix = await columnsOfFile(path, { schema, minRows: terms.minRows }, [schema.label.name], signal);
  const table = roundTable(matrix, schema);
  const positions = new Int32Array(matrix.rows).fill(-1);
  for (const [place, row] of labelledRows(matrix, schema).entries()) positions[row] = place;
  const partners = partnersOf({ members: terms.members, learn: verticalOf(terms) });
  return ownerSide(
    { terms, table, boosting },
    partners.map(() => positions),
  );
}

/** @throws {ProtocolFault} as tableOfFile() */
export async function partnerOfFile(
  path: string,
  { me, terms, signal }: SideWork,
  boosting: Boosting,
  told?: (exposed: number) => Promise<void>,
): Promise<PartnerSide> {
  const schema = ownSchema(terms, me);
  const matrix = await columnsOfFile(path, { schema, minRows: terms.minRows }, [], signal);
  const positions = Int32Array.from({ length: matrix.rows }, (_, row) => row);
  const table: RoundTable = { ...featureTable(matrix, schema, [...positions]), labels: new Float32Array(0) };
  return partnerSide({ terms, table, boosting }, positions, told);
}
