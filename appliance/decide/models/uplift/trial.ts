// A trial as a table has it: who got the offer, who did not and is compared with, and who responded. Rows that are neither are left out, and too
// little of any is refused with the counts.

import { Fault } from '../../../core/errors.ts';
import { type Column, columnOf, levelAt, type Matrix, numberAt, takeRows } from '../../../core/matrix/matrix.ts';
import { type Label, labelOf } from '../training/label.ts';

export const trialLimits = {
  /** With and without an offer, with and without a response: of each of the four. Below, an effect is within chance whatever the model says. */
  rowsOfEach: 50,
} as const;

export type TrialOptions = {
  readonly label: string;
  readonly positive?: string;
  /** The column that says which offer a row got. */
  readonly treatment: string;
  /** Its value for nobody's offer; where it is not given, the one that says so. */
  readonly control?: string;
  /** Its values that are the offer; where they are not given, all others. */
  readonly treated?: readonly string[];
};

export type TrialTable = {
  /** The rows that take part. */
  readonly matrix: Matrix;
  readonly label: Label;
  /** 1 or 0 for each row: with the offer; responded. */
  readonly treated: Uint8Array;
  readonly outcomes: Uint8Array;
  readonly control: string;
  readonly offers: readonly string[];
  readonly leftOut: number;
};

/** @throws {Fault} `bad_request` for a column or value that is not there; `cannot_train` where a control cannot be told or rows are too few */
export function trialOf(matrix: Matrix, options: TrialOptions): TrialTable {
  const response = wanted(matrix, options.label);
  const offer = wanted(matrix, options.treatment);
  if (response.name === offer.name)
    throw new Fault('bad_request', `column ${shown(offer.name)} cannot be both the response and the offer`);
  const counts = new Map<string, number>();
  for (let row = 0; row < matrix.rows; row += 1) {
    const text = textAt(offer, row);
    if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const has = (value: string) => {
    if (counts.has(value)) return value;
    const some = [...counts.keys()].slice(0, 5).map(shown).join(', ');
    throw new Fault('bad_request', `column ${shown(offer.name)} has no value ${shown(value)}; it has ${some || 'none'}`);
  };
  const control = options.control === undefined ? guessControl(offer.name, [...counts.keys()]) : has(options.control);
  const offers = (options.treated ?? [...counts.keys()].filter((value) => value !== control)).map(has).sort();
  if (offers.includes(control)) throw new Fault('bad_request', `${shown(control)} cannot be both the offer and the control`);
  if (offers.length === 0)
    throw new Fault('cannot_train', `column ${shown(offer.name)} is ${shown(control)} everywhere: nobody got the offer`);
  const known = new Set([control, ...offers]);
  const rows: number[] = [];
  for (let row = 0; row < matrix.rows; row += 1)
    if (known.has(textAt(offer, row) ?? '') && textAt(response, row) !== undefined) rows.push(row);
  const part = takeRows(matrix, rows);
  const label = labelOf(part, columnOf(part, response.name)!, options.positive);
  const treated = Uint8Array.from(rows, (row) => (textAt(offer, row) === control ? 0 : 1));
  checkCells(treated, label.values);
  return { matrix: part, label, treated, outcomes: label.values, control, offers, leftOut: matrix.rows - rows.length };
}

function checkCells(treated: Uint8Array, outcomes: Uint8Array): void {
  const cells = [0, 0, 0, 0];
  treated.forEach((with_, row) => {
    cells[2 * with_ + outcomes[row]!]! += 1;
  });
  if (Math.min(...cells) >= trialLimits.rowsOfEach) return;
  const [noneNo, noneYes, offerNo, offerYes] = cells;
  throw new Fault(
    'cannot_train',
    `with the offer ${offerYes} rows responded and ${offerNo} did not, without it ${noneYes} and ${noneNo}; at least ${trialLimits.rowsOfEach} of each are needed`,
  );
}

/** Words for "nothing was sent", alone or before others: `No E-Mail`, `control`, 对照组. */
const nothing = /^(0|f|n|false|no|none|not|control|holdout|hold-out|placebo|untreated)(\b|_)|^(对照|控制|空白|未|无|否|不)/i;

function guessControl(column: string, values: readonly string[]): string {
  if (values.length === 0) throw new Fault('cannot_train', `column ${shown(column)} is empty`);
  const found = values.filter((value) => nothing.test(value));
  if (found.length === 1) return found[0]!;
  const some = values.slice(0, 8).map(shown).join(', ');
  throw new Fault('cannot_train', `column ${shown(column)} has ${some}: say which means no offer with --control`);
}

function wanted(matrix: Matrix, name: string): Column {
  const column = columnOf(matrix, name);
  if (!column) throw new Fault('bad_request', `no column is called ${shown(name)}`);
  return column;
}

function textAt(column: Column, row: number): string | undefined {
  if (column.kind === 'category') return levelAt(column, row);
  const value = numberAt(column, row);
  return Number.isNaN(value) ? undefined : String(value);
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 60));
