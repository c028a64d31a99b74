// What a file of the commands is: purchases of customers, a summary of each customer, or any columns of numbers; and reading it as that. A row
// that cannot be is refused with the reason.

import { Fault } from '../../../core/errors.ts';
import { amountOf, cellReader, numberOf } from './cells.ts';
import { PurchaseLog } from './purchases.ts';
import { readTable, type TableRead, type TableReader } from './read-table.ts';
import { type Places, placeRoles, type Role, type RoleOptions } from './roles.ts';

export type NamedValues = { readonly name: string; readonly values: Float64Array };

export type CustomerFile = {
  readonly read: TableRead;
  /** Which column was taken for what. */
  readonly used: { readonly [role in Role]?: string };
} & (
  | { readonly kind: 'purchases'; readonly log: PurchaseLog; readonly amounts: boolean }
  | { readonly kind: 'summary'; readonly ids: readonly string[]; readonly values: { readonly [role in Role]?: Float64Array } }
  | {
      readonly kind: 'numbers';
      readonly ids: readonly string[];
      readonly columns: readonly NamedValues[];
      readonly others: readonly string[];
    }
);

export type InputOptions = {
  readonly roles: RoleOptions;
  readonly dateOrder?: 'dmy' | 'mdy' | undefined;
  /** The roles that make a summary, all needed; or any numbers. */
  readonly otherwise: readonly Role[] | 'numbers';
  /** Roles of a summary that may be missing. */
  readonly optional?: readonly Role[];
  /** Of numbers: only these columns, and a cell that is no number refuses its row. */
  readonly columns?: readonly string[] | undefined;
  /** Recency may be the day of the last purchase: it is then the days from it to the latest such day of the file. */
  readonly recencyDates?: true;
  /** @returns why a customer of a summary cannot be */
  readonly complaint?: (values: { readonly [role in Role]?: number }) => string | undefined;
  readonly signal?: AbortSignal;
  readonly onBytes?: (bytes: number, total: number) => void;
};

type Records = readonly (readonly string[])[];

/** A column is of numbers where this share of its first cells is, those left empty aside. */
const mostlyNumbers = 0.9;

type Sink = { row(cells: readonly string[], line: number): string | undefined; done(): Found };
type Found =
  | { kind: 'purchases'; log: PurchaseLog; amounts: boolean }
  | { kind: 'summary'; ids: string[]; values: { [role in Role]?: Float64Array } }
  | { kind: 'numbers'; ids: string[]; columns: NamedValues[]; others: string[] };

/**
 * @throws {Fault} as `readTable` does; `bad_request` where options name a column that is not there, or the columns needed are not found
 */
export async function readCustomerFile(path: string, options: InputOptions): Promise<CustomerFile> {
  let sink: Sink | undefined;
  let used: { [role in Role]?: string } = {};
  const reader: TableReader = {
    begin(names, first, headed) {
      const places = placeRoles(names, first[0]!, headed, options.roles);
      sink = sinkFor(names, first, places, options);
      used = Object.fromEntries(Object.entries(places).map(([role, place]) => [role, names[place]!]));
    },
    row: (cells, line) => sink!.row(cells, line),
  };
  const read = await readTable(path, reader, options);
  return { ...sink!.done(), read, used };
}

function sinkFor(names: readonly string[], first: Records, places: Places, options: InputOptions): Sink {
  const { otherwise } = options;
  if (otherwise !== 'numbers' && otherwise.every((role) => places[role] !== undefined))
    return summarySink(places, otherwise, options);
  if (places.customer !== undefined && places.date !== undefined) {
    // Where any numbers are welcome, a table with a date may be one of customers: purchases show by somebody who comes twice.
    const customers = new Set(first.map((record) => record[places.customer!]));
    const purchases = options.columns === undefined && customers.size < first.length;
    if (otherwise !== 'numbers' || purchases) return purchaseSink(places, options);
  }
  if (otherwise === 'numbers') return numberSink(names, first, places, options);
  throw new Fault(
    'bad_request',
    `the columns are ${names.join(', ')}: expected customer, date and amount of purchases, or ${otherwise.join(', ')} of customers; name them by options`,
  );
}

function purchaseSink(places: Places, { dateOrder }: InputOptions): Sink {
  const log = new PurchaseLog();
  const cells = cellReader(dateOrder);
  return {
    row(record) {
      const id = record[places.customer!]!.trim();
      if (id === '') return 'customer: empty';
      const day = cells.day(record[places.date!]!.trim());
      if (typeof day === 'string') return day;
      const amount = places.amount === undefined ? Number.NaN : amountOf(record[places.amount]!.trim());
      if (typeof amount === 'string') return amount;
      log.add(id, day, amount);
      return undefined;
    },
    done: () => ({ kind: 'purchases', log, amounts: places.amount !== undefined }),
  };
}

/** Each customer once: the second row of one is refused, naming the line of the first. Without a column of them the line is the id. */
function idReader(place: number | undefined) {
  const ids: string[] = [];
  const lines = new Map<string, number>();
  return {
    ids,
    next(record: readonly string[], line: number): { id: string } | string {
      const id = place === undefined ? String(line) : record[place]!.trim();
      if (id === '') return 'customer: empty';
      const earlier = lines.get(id);
      return earlier === undefined ? { id } : `customer: is in line ${earlier} already`;
    },
    keep(id: string, line: number): void {
      lines.set(id, line);
      ids.push(id);
    },
  };
}

function summarySink(
  places: Places,
  needed: readonly Role[],
  { optional = [], complaint, dateOrder, recencyDates }: InputOptions,
): Sink {
  const cells = cellReader(dateOrder);
  /** Whether recency is told as days ago or as the day itself: as the first row has it. */
  let asDays: boolean | undefined;
  const recencyOf = (text: string): number | string => {
    const number = numberOf(text, 'recency');
    if (Number.isNaN(number)) return number;
    asDays ??= recencyDates === true && typeof number === 'string';
    return asDays ? cells.day(text) : number;
  };
  const wanted = [...needed, ...optional.filter((role) => places[role] !== undefined)];
  const ids = idReader(places.customer);
  const columns = wanted.map((): number[] => []);
  return {
    row(record, line) {
      const next = ids.next(record, line);
      if (typeof next === 'string') return next;
      const values: number[] = [];
      for (const role of wanted) {
        const text = record[places[role]!]!.trim();
        const value = role === 'monetary' ? moneyOrNothing(text) : role === 'recency' ? recencyOf(text) : numberOf(text, role);
        if (typeof value === 'string') return value;
        if (Number.isNaN(value) && needed.includes(role)) return `${role}: empty`;
        values.push(value);
      }
      const reason = complaint?.(Object.fromEntries(wanted.map((role, at) => [role, values[at]!])));
      if (reason !== undefined) return reason;
      ids.keep(next.id, line);
      values.forEach((value, at) => void columns[at]!.push(value));
      return undefined;
    },
    done: () => ({
      kind: 'summary',
      ids: ids.ids,
      values: Object.fromEntries(
        wanted.map((role, at) => [
          role,
          role === 'recency' && asDays ? daysBeforeLast(columns[at]!) : Float64Array.from(columns[at]!),
        ]),
      ),
    }),
  };
}

/** Days from each to the latest of them. */
function daysBeforeLast(days: readonly number[]): Float64Array {
  const last = days.reduce((latest, day) => Math.max(day, latest), Number.NEGATIVE_INFINITY);
  return Float64Array.from(days, (day) => last - day);
}

function moneyOrNothing(text: string): number | string {
  const number = numberOf(text.trim(), 'monetary');
  return typeof number === 'number' ? number : amountOf(text.trim());
}

function numberSink(names: readonly string[], first: Records, places: Places, options: InputOptions): Sink {
  const ids = idReader(places.customer);
  const chosen =
    options.columns?.map((name) => {
      const place = names.indexOf(name);
      if (place < 0) throw new Fault('bad_request', `--columns: there is no column ${name}; columns are ${names.join(', ')}`);
      return place;
    }) ?? names.flatMap((_, place) => (place !== places.customer && isNumbers(first, place) ? [place] : []));
  if (chosen.length === 0) throw new Fault('bad_request', `no column holds numbers: ${names.join(', ')}`);
  const kept = chosen.map((): number[] => []);
  return {
    row(record, line) {
      const next = ids.next(record, line);
      if (typeof next === 'string') return next;
      const values: number[] = [];
      for (const place of chosen) {
        const value = numberOf(record[place]!.trim(), names[place]!);
        if (typeof value === 'string') return value;
        values.push(value);
      }
      ids.keep(next.id, line);
      values.forEach((value, at) => void kept[at]!.push(value));
      return undefined;
    },
    done: () => ({
      kind: 'numbers',
      ids: ids.ids,
      columns: chosen.map((place, at) => ({ name: names[place]!, values: Float64Array.from(kept[at]!) })),
      others: names.filter((_, place) => place !== places.customer && !chosen.includes(place)),
    }),
  };
}

function isNumbers(first: Records, place: number): boolean {
  const read = first.flatMap((record) => (place < record.length ? [numberOf(record[place]!.trim(), '')] : []));
  const said = read.filter((value) => !Number.isNaN(value));
  return said.length > 0 && said.filter((value) => typeof value === 'number').length >= mostlyNumbers * said.length;
}
