// A trial whose truth is known: who is moved, by how much, and who would have responded anyway.

import { categoryColumn, type Matrix, numberColumn } from '../../../core/matrix/matrix.ts';
import { drawsOf } from '../numerics/chance.ts';

export type MadeTrial = { readonly matrix: Matrix; readonly uplift: Float64Array };

/**
 * Who waited long responds by the offer alone, of the others frequent visitors respond anyway; `city` is noise.
 * @param treatedShare of the rows, or by row
 */
export function makeTrial(rows: number, seed: number, treatedShare: number | ((visits: number) => number) = 0.5): MadeTrial {
  const draw = drawsOf(seed, 'made trial');
  const unit = () => draw() / 2 ** 32;
  const visits = Float64Array.from({ length: rows }, () => Math.floor(unit() * 20));
  const wait = Float64Array.from({ length: rows }, () => Math.floor(unit() * 100));
  const uplift = wait.map((days) => (days > 60 ? 0.3 : 0));
  const treated = Array.from(visits, (own) => unit() < (typeof treatedShare === 'number' ? treatedShare : treatedShare(own)));
  const responded = treated.map((with_, row) => {
    const anyway = uplift[row]! > 0 ? 0.05 : 0.02 + 0.04 * visits[row]!;
    return unit() < anyway + (with_ ? uplift[row]! : 0);
  });
  return {
    uplift,
    matrix: {
      rows,
      columns: [
        numberColumn('visits', visits),
        numberColumn('wait', wait),
        categoryColumn(
          'city',
          Array.from({ length: rows }, () => ['长沙', '武汉', 'Xi’an'][Math.floor(unit() * 3)]),
        ),
        categoryColumn(
          'mail',
          treated.map((with_) => (with_ ? 'coupon' : 'no mail')),
        ),
        numberColumn('bought', responded.map(Number)),
      ],
    },
  };
}

export const asCsv = ({ rows, columns }: Matrix): string => {
  const cell = ({ levels, chunks }: Matrix['columns'][number], row: number) => {
    const value = chunks[0]![row]!;
    return levels ? levels[value]! : String(value);
  };
  const lines = Array.from({ length: rows }, (_, row) => columns.map((column) => cell(column, row)).join(','));
  return `${columns.map(({ name }) => name).join(',')}\n${lines.join('\n')}\n`;
};

/** A file as a matrix, numbers where all cells are. */
export function plainCsv(text: string): Matrix {
  const [head, ...lines] = text.trim().split(/\r?\n/);
  const cells = lines.map((line) =>
    [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, bare]) => quoted ?? bare!),
  );
  const columns = head!.split(',').map((name, at) => {
    const texts = cells.map((row) => row[at]!);
    const numbers = Float64Array.from(texts, Number);
    return numbers.some(Number.isNaN) ? categoryColumn(name, texts) : numberColumn(name, numbers);
  });
  return { rows: cells.length, columns };
}
