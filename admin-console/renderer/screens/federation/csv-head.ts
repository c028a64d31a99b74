// The names in the first row of a CSV file that somebody chose, read in the browser from its beginning alone, so that columns are picked and not typed.

const headBytes = 262_144;

/** @returns the cells of the first row; empty where it is not there within the first 256 KB */
export async function columnsOf(file: File): Promise<string[]> {
  const text = await file.slice(0, headBytes).text();
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  // A mark of the order of bytes, as spreadsheets write it.
  const from = text.startsWith('\ufeff') ? 1 : 0;
  for (let at = from; at < text.length; at += 1) {
    const letter = text[at]!;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === ',') {
      cells.push(cell);
      cell = '';
    } else if (letter === '\n' || letter === '\r') return [...cells, cell].filter(Boolean);
    else cell += letter;
  }
  return file.size <= headBytes ? [...cells, cell].filter(Boolean) : [];
}

/** The first column whose name says that it is this. */
export const likely = (columns: readonly string[], pattern: RegExp): string | undefined =>
  columns.find((column) => pattern.test(column));
