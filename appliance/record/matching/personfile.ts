// A file of persons as columns of text, which is what the matcher takes.

import { readTable, type TableFile } from '../../core/tables/tables.ts';
import { encodeLimits } from './encode.ts';

const bounds = { rows: encodeLimits.rows, columns: 300 } as const;

export type PersonFile = TableFile & {
  columns: { name: string; values: (string | null)[] }[];
  /** Line of each row, as far as it is needed to name one. */
  lineOf(row: number): number;
};

/**
 * @param onBytes hears how much of the file has been read
 * @throws {Fault} `unreadable_file` (missing, empty, one column, no rows), `limit_reached` (more rows than a run takes)
 */
export async function readPersonFile(path: string, onBytes?: (bytes: number, total: number) => void): Promise<PersonFile> {
  let columns: PersonFile['columns'] = [];
  const lines: number[] = [];
  const reader = {
    columns: (names: readonly string[]) => {
      columns = names.map((name) => ({ name, values: [] }));
    },
    row: (cells: readonly string[], line: number) => {
      lines.push(line);
      for (let c = 0; c < cells.length; c++) columns[c]!.values.push(cells[c] === '' ? null : cells[c]!);
    },
  };
  const file = await readTable(path, reader, { bounds, header: 'guess', ...(onBytes && { onBytes }) });
  return { ...file, columns, lineOf: (row) => lines[row]! };
}
