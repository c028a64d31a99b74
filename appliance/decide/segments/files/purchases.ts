// Purchases become customers: days on which somebody bought, up to the end of the observation and after it. Pure counting, the same for rows in
// any order.

/** Purchases in columns, grown as a file is read. */
export class PurchaseLog {
  readonly ids: string[] = [];
  readonly #places = new Map<string, number>();
  #customer = new Int32Array(1024);
  #day = new Int32Array(1024);
  #amount = new Float64Array(1024);
  length = 0;

  /** @param day since 1970 @param amount NaN where the file has none */
  add(id: string, day: number, amount: number): void {
    let customer = this.#places.get(id);
    if (customer === undefined) {
      customer = this.ids.length;
      this.#places.set(id, customer);
      this.ids.push(id);
    }
    if (this.length === this.#day.length) this.#grow();
    this.#customer[this.length] = customer;
    this.#day[this.length] = day;
    this.#amount[this.length] = amount;
    this.length += 1;
  }

  #grow(): void {
    const size = this.#day.length * 2;
    const grown = { customer: new Int32Array(size), day: new Int32Array(size), amount: new Float64Array(size) };
    grown.customer.set(this.#customer);
    grown.day.set(this.#day);
    grown.amount.set(this.#amount);
    [this.#customer, this.#day, this.#amount] = [grown.customer, grown.day, grown.amount];
  }

  get lastDay(): number {
    return this.#day.subarray(0, this.length).reduce((most, day) => Math.max(most, day), Number.NEGATIVE_INFINITY);
  }

  /**
   * Customers who bought by the end of the observation. Purchases of one day are one; a day on which amounts come to less than 0, which is
   * a return, is money and no purchase.
   * @param untilDay the last day that is observed
   */
  customers(untilDay: number): CustomerTable {
    const days = this.#daysInOrder();
    const table = new TableBuilder(this.ids);
    for (let from = 0; from < days.customer.length; ) {
      const customer = days.customer[from]!;
      let to = from;
      while (to < days.customer.length && days.customer[to] === customer) to += 1;
      table.add(customer, days, from, to, untilDay);
      from = to;
    }
    return table.done();
  }

  /** Days with a purchase, customer by customer in the order of their first rows; returns are none. Who only returned is left out. */
  histories(): { ids: string[]; starts: Int32Array; days: Int32Array; amounts: Float64Array } {
    const { customer, day, amount } = this.#daysInOrder();
    const bought = Array.from(amount.keys()).filter((at) => !(amount[at]! < 0));
    const ids: string[] = [];
    const starts: number[] = [];
    bought.forEach((at, place) => {
      if (place > 0 && customer[bought[place - 1]!] === customer[at]) return;
      ids.push(this.ids[customer[at]!]!);
      starts.push(place);
    });
    return {
      ids,
      starts: Int32Array.from([...starts, bought.length]),
      days: Int32Array.from(bought, (at) => day[at]!),
      amounts: Float64Array.from(bought, (at) => amount[at]!),
    };
  }

  /** One row for each customer and day, in that order, amounts added up. */
  #daysInOrder(): Days {
    const firstDay = this.#day.subarray(0, this.length).reduce((least, day) => Math.min(least, day), 0);
    // A customer and a day in one number, exact below 2^53, so that a plain sort of numbers orders both.
    const key = (at: number) => this.#customer[at]! * 2 ** 22 + (this.#day[at]! - firstDay);
    const order = Float64Array.from({ length: this.length }, (_, at) => key(at)).sort();
    let count = 0;
    for (let at = 0; at < order.length; at += 1) if (at === 0 || order[at] !== order[at - 1]) order[count++] = order[at]!;
    const keys = order.subarray(0, count);
    const amount = new Float64Array(count);
    // Amounts by whole millionths: sums of these do not depend on the order of rows.
    for (let at = 0; at < this.length; at += 1) amount[placeOf(keys, key(at))]! += Math.round(this.#amount[at]! * 1e6);
    return {
      customer: Int32Array.from(keys, (value) => Math.floor(value / 2 ** 22)),
      day: Int32Array.from(keys, (value) => (value % 2 ** 22) + firstDay),
      amount: amount.map((micros) => micros / 1e6),
    };
  }
}

function placeOf(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

type Days = { readonly customer: Int32Array; readonly day: Int32Array; readonly amount: Float64Array };

/** Customers in the order of their first rows, all columns of one length; times in days. */
export type CustomerTable = {
  readonly ids: readonly string[];
  /** Days with a purchase, less the first. */
  readonly repeats: Float64Array;
  /** From the first purchase to the last observed. */
  readonly recencyDays: Float64Array;
  /** From the first purchase to the end of the observation. */
  readonly ageDays: Float64Array;
  /** From the last purchase to the end of the observation. */
  readonly sinceLastDays: Float64Array;
  /** All amounts of the observation, returns taken off; NaN without amounts. */
  readonly total: Float64Array;
  /** Mean amount of the days after the first; NaN where there is none. */
  readonly meanRepeat: Float64Array;
  /** Days with a purchase after the observation. */
  readonly later: Float64Array;
};

class TableBuilder {
  readonly #source: readonly string[];
  readonly #ids: string[] = [];
  readonly #columns = { repeats: [], recencyDays: [], ageDays: [], sinceLastDays: [], total: [], meanRepeat: [], later: [] } as {
    [name in Exclude<keyof CustomerTable, 'ids'>]: number[];
  };

  constructor(source: readonly string[]) {
    this.#source = source;
  }

  add(customer: number, days: Days, from: number, to: number, untilDay: number): void {
    let [first, last, count, total, repeated, later] = [-1, -1, 0, 0, 0, 0];
    for (let at = from; at < to; at += 1) {
      const amount = days.amount[at]!;
      const bought = !(amount < 0);
      if (days.day[at]! > untilDay) {
        if (bought) later += 1;
        continue;
      }
      total += amount;
      if (!bought) continue;
      if (count === 0) first = days.day[at]!;
      else repeated += amount;
      last = days.day[at]!;
      count += 1;
    }
    if (count === 0) return;
    const columns = this.#columns;
    this.#ids.push(this.#source[customer]!);
    columns.repeats.push(count - 1);
    columns.recencyDays.push(last - first);
    columns.ageDays.push(untilDay - first);
    columns.sinceLastDays.push(untilDay - last);
    columns.total.push(total);
    columns.meanRepeat.push(count > 1 ? repeated / (count - 1) : Number.NaN);
    columns.later.push(later);
  }

  done(): CustomerTable {
    const columns = Object.entries(this.#columns).map(([name, values]) => [name, Float64Array.from(values)]);
    return { ids: this.#ids, ...Object.fromEntries(columns) } as CustomerTable;
  }
}
