// One table of persons out of one or several files: which columns are evidence, which name the record, which tell the truth and
// must not be looked at.

import { Fault } from '../../core/errors.ts';
import { type FieldKind, kinds } from './kinds.ts';
import type { PersonColumn, PersonTable } from './matching.ts';
import type { PersonFile } from './personfile.ts';
import { type Role, recogniseColumns } from './recognise.ts';

/** Column name to role, for the columns it names; the others are recognised. */
export type ColumnMap = Readonly<Record<string, Role>>;

export type JoinedTable = {
  table: PersonTable;
  /** Name of each row: its id, with the file in front where several files use the same ids. */
  ids: string[];
  /** What each column was taken for, file by file. */
  roles: { file: string; columns: { name: string; role: Role }[] }[];
};

const roleNames = new Set<string>([...Object.keys(kinds), 'recordId', 'ignore']);

/** @throws {Fault} `bad_request` naming the first role that does not exist */
export function checkMap(map: unknown): ColumnMap {
  if (typeof map !== 'object' || map === null || Array.isArray(map))
    throw new Fault('bad_request', 'map: an object of column names and roles');
  for (const [column, role] of Object.entries(map)) {
    if (typeof role !== 'string' || !roleNames.has(role)) {
      throw new Fault(
        'bad_request',
        `map: column ${JSON.stringify(column).slice(0, 80)} needs one of ${[...roleNames].join(', ')}`,
      );
    }
  }
  return map as ColumnMap;
}

/**
 * @param unseen a column that must not serve as evidence: the one that holds the truth
 * @throws {Fault} `bad_request` for ids that repeat, for files without a column that can tell persons apart
 */
export function joinFiles(files: readonly PersonFile[], map: ColumnMap = {}, unseen?: string): JoinedTable {
  for (const column of Object.keys(map)) {
    if (!files.some((file) => file.columns.some(({ name }) => name === column)))
      throw new Fault('bad_request', `map: no file has a column ${JSON.stringify(column).slice(0, 80)}`);
  }
  const roles = files.map((file) => rolesOf(file, map, unseen));
  const rowCount = files.reduce((sum, file) => sum + file.rowCount, 0);
  const sources = new Int32Array(rowCount);
  const columns = new Map<string, { field: FieldKind; name: string; values: (string | null)[] }>();
  let offset = 0;
  files.forEach((file, f) => {
    sources.fill(f, offset, offset + file.rowCount);
    const times = new Map<Role, number>();
    file.columns.forEach(({ name, values }, c) => {
      const role = roles[f]![c]!;
      if (role === 'recordId' || role === 'ignore') return;
      const time = (times.get(role) ?? 0) + 1;
      times.set(role, time);
      // Files meet kind by kind (the second phone with the second phone); plain text only under the same header.
      const plain = role === 'text' || role === 'number' || role === 'identifier';
      const key = plain ? `${role} ${name.toLowerCase()}` : `${role} ${time}`;
      let column = columns.get(key);
      if (!column) {
        column = { field: role, name, values: new Array(rowCount).fill(null) };
        columns.set(key, column);
      }
      for (let row = 0; row < values.length; row++) column.values[offset + row] = values[row]!;
    });
    offset += file.rowCount;
  });
  const telling: PersonColumn[] = [...columns.values()];
  if (telling.length === 0)
    throw new Fault(
      'bad_request',
      `${files.map(({ name }) => name).join(', ')}: no column that could tell persons apart; name them with --map`,
    );
  return {
    table: { rowCount, columns: telling, sources },
    ids: rowIds(files, roles),
    roles: files.map((file, f) => ({
      file: file.name,
      columns: file.columns.map(({ name }, c) => ({ name, role: roles[f]![c]! })),
    })),
  };
}

// A column may be called __proto__.
const named = (map: ColumnMap, name: string): Role | undefined => (Object.hasOwn(map, name) ? map[name] : undefined);

function rolesOf(file: PersonFile, map: ColumnMap, unseen: string | undefined): Role[] {
  const guessed = recogniseColumns(file.columns);
  const idNamed = file.columns.some(({ name }) => named(map, name) === 'recordId');
  return file.columns.map(({ name }, c) => {
    const role = named(map, name) ?? guessed[c]!;
    if (idNamed && role === 'recordId' && named(map, name) === undefined) return 'ignore';
    return name === unseen && role !== 'recordId' ? 'ignore' : role;
  });
}

function rowIds(files: readonly PersonFile[], roles: readonly Role[][]): string[] {
  const perFile = files.map((file, f) => {
    const at = roles[f]!.indexOf('recordId');
    if (at < 0) return Array.from({ length: file.rowCount }, (_, row) => String(row + 1));
    const { name, values } = file.columns[at]!;
    const firstAt = new Map<string, number>();
    return values.map((value, row) => {
      const id = value ?? '';
      const before = firstAt.get(id);
      if (id === '')
        throw new Fault('bad_request', `${file.name}, line ${file.lineOf(row)}: column ${name} names the record and is empty`);
      if (before !== undefined) {
        throw new Fault(
          'bad_request',
          `${file.name}, line ${file.lineOf(row)}: column ${name} names the record, and line ${file.lineOf(before)} has the same; map it to "identifier" or "ignore" if it does not`,
        );
      }
      firstAt.set(id, row);
      return id;
    });
  });
  if (files.length === 1) return perFile[0]!;
  const all = new Set<string>();
  let total = 0;
  for (const ids of perFile) {
    for (const id of ids) all.add(id);
    total += ids.length;
  }
  return all.size === total ? perFile.flat() : perFile.flatMap((ids, f) => ids.map((id) => `${files[f]!.name}:${id}`));
}

const febrlId = /^rec-(\d+)-(?:org|dup-\d+)$/;

/**
 * The truth out of a column: its values, or what the first group of a pattern finds in them. Ids in Febrl's manner
 * (`rec-223-org`, `rec-223-dup-0`) are understood without a pattern.
 * @throws {Fault} `bad_request` when no file has the column
 */
export function truthOfColumn(files: readonly PersonFile[], column: string, pattern?: RegExp): (string | null)[] {
  if (!files.some((file) => file.columns.some(({ name }) => name === column))) {
    throw new Fault('bad_request', `truth: no file and no column is called ${JSON.stringify(column).slice(0, 80)}`);
  }
  return files.flatMap((file) => {
    const values = file.columns.find(({ name }) => name === column)?.values ?? new Array<string | null>(file.rowCount).fill(null);
    const reading = pattern ?? (values.every((value) => value === null || febrlId.test(value)) ? febrlId : undefined);
    if (!reading) return values;
    return values.map((value) => {
      const match = value?.match(reading);
      return match ? (match[1] ?? match[0]) : null;
    });
  });
}

/** The truth out of a file of `record_id,cluster_id`. Rows it does not name count on neither side. @throws {Fault} `bad_request` */
export function truthOfFile(file: PersonFile, ids: readonly string[]): (string | null)[] {
  const [idColumn, clusterColumn] = file.columns;
  const byId = new Map<string, string>();
  idColumn!.values.forEach((id, row) => {
    const cluster = clusterColumn!.values[row];
    if (id !== null && cluster != null) byId.set(id, cluster);
  });
  const truth = ids.map((id) => byId.get(id) ?? null);
  if (truth.every((cluster) => cluster === null)) throw new Fault('bad_request', `truth: ${file.name} names none of the records`);
  return truth;
}
