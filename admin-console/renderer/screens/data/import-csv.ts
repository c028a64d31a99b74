// Just enough of CSV for a page: where a record ends, and its cells to look at. What a row means is told by the node, by rules of its own.

export type Cell = string | number | boolean | null | object;

/** @param open whether a quote was open before the line @returns whether the record is whole at the end of the line */
export function recordEnds(line: string, open: boolean): boolean {
  let quotes = 0;
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) quotes++;
  return (quotes % 2 === 1) === open;
}

/** The cells of a whole record (RFC 4180). */
export function splitRecord(text: string, delimiter: string): string[] {
  const line = text.replace(/\r$/, '');
  if (!line.includes('"')) return line.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    let begin = at;
    while (line[begin] === ' ' && delimiter !== ' ') begin++;
    if (line[begin] !== '"') {
      const stop = line.indexOf(delimiter, at);
      cells.push(line.slice(at, stop < 0 ? undefined : stop));
      if (stop < 0) return cells;
      at = stop + delimiter.length;
      continue;
    }
    const { cell, next } = quoted(line, begin + 1);
    cells.push(cell);
    const stop = line.indexOf(delimiter, next);
    if (stop < 0) return cells;
    at = stop + delimiter.length;
  }
  return cells;
}

function quoted(line: string, from: number): { cell: string; next: number } {
  let cell = '';
  let at = from;
  for (;;) {
    const stop = line.indexOf('"', at);
    if (stop < 0) return { cell: cell + line.slice(at), next: line.length };
    cell += line.slice(at, stop);
    if (line[stop + 1] !== '"') return { cell, next: stop + 1 };
    cell += '"';
    at = stop + 2;
  }
}

export const csvQuote = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** A cell of a table for spreadsheets: what begins like a formula gets an apostrophe, since a spreadsheet would run it. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return csvQuote(safe);
}
