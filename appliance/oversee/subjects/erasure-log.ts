// The list of erasures in a file beside the database, one signed line each, only ever appended and on disk before anything is destroyed.
// A database put back to an older copy does not know what was erased since; the file does.

import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '../../core/errors.ts';
import { type ErasureLine, isSignedLine, parseLine } from './erasure-line.ts';

export const erasureLogFile = 'erasures.log';
export const erasureLogLimits = {
  /** Bytes of the file that are read at a start. Beyond: limit_reached. */
  fileBytes: 1024 * 1024 * 1024,
} as const;

/** `foreign`: numbers of lines that this node did not sign, from 1. */
export type ErasureLogContent = { lines: ErasureLine[]; foreign: number[] };

export class ErasureLog {
  readonly #path: string;
  readonly #publicKey: Uint8Array;
  readonly #known = new Set<string>();

  constructor(path: string, publicKey: Uint8Array) {
    this.#path = path;
    this.#publicKey = publicKey;
  }

  /** @throws {Fault} `unreadable_file`, `limit_reached` */
  async read(): Promise<ErasureLogContent> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { lines: [], foreign: [] };
      throw new Fault('unreadable_file', erasureLogFile, { cause: error });
    }
    if (text.length > erasureLogLimits.fileBytes) throw new Fault('limit_reached', 'erasureLogLimits.fileBytes');
    const rows = text.split('\n');
    // A crash may have cut the last line short: what it was about was not destroyed yet, and the database knows that it was asked for.
    rows.pop();
    const lines: ErasureLine[] = [];
    const foreign: number[] = [];
    rows.forEach((row, at) => {
      if (row === '') return;
      const line = parseLine(row);
      if (line && isSignedLine(this.#publicKey, line)) {
        lines.push(line);
        this.#known.add(line.erasure);
      } else foreign.push(at + 1);
    });
    return { lines, foreign };
  }

  has(erasure: string): boolean {
    return this.#known.has(erasure);
  }

  /** On disk when it resolves. @throws {Fault} `disk_full`, `store_read_only` */
  async append(line: ErasureLine): Promise<void> {
    if (this.#known.has(line.erasure)) return;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      const file = await open(this.#path, 'a', 0o600);
      try {
        // Begins a line of its own, whatever a crash left before it.
        await file.appendFile(`\n${JSON.stringify(line)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(dirname(this.#path));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new Fault(code === 'ENOSPC' || code === 'EDQUOT' ? 'disk_full' : 'store_read_only', erasureLogFile, { cause: error });
    }
    this.#known.add(line.erasure);
  }
}

/** The file's name is on disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
