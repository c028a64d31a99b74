// The reject file: what could not be imported, with line and reason, beside the user's own file and readable by them alone.

import { constants, type FileHandle, open, rm } from 'node:fs/promises';
import { Fault } from '../../core/errors.ts';
import { importLimits } from './limits.ts';

const head = '\ufeffline,reason,raw\n';
const flushBytes = 64 * 1024;

export class RejectFile {
  readonly path: string;
  #handle: FileHandle | undefined;
  #pending: string[] = [];
  #pendingBytes = 0;
  #bytes: number;
  #started: boolean;

  /** @param bytes what the file holds of an import that goes on; 0 starts it anew at the first reject */
  constructor(path: string, bytes: number) {
    this.path = path;
    this.#bytes = bytes;
    this.#started = bytes > 0;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  get full(): boolean {
    return this.#pendingBytes >= flushBytes;
  }

  add(line: number, reason: string, raw: Buffer): void {
    const text = raw.subarray(0, importLimits.rejectRawBytes).toString('utf8');
    const row = `${line},${cell(reason)},${cell(text)}\n`;
    this.#pending.push(row);
    this.#pendingBytes += Buffer.byteLength(row);
  }

  /** Writes what is pending. @returns the size of the file, for the checkpoint */
  async flush(): Promise<number> {
    if (this.#pending.length === 0) return this.#bytes;
    const handle = await this.#open();
    const bytes = Buffer.from((this.#started ? '' : head) + this.#pending.join(''));
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#started = true;
    await handle.write(bytes, 0, bytes.length, this.#bytes);
    this.#bytes += bytes.length;
    return this.#bytes;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #open(): Promise<FileHandle> {
    if (this.#handle) return this.#handle;
    try {
      // NOFOLLOW: whoever can write beside the file must not choose what is overwritten.
      this.#handle = await open(this.path, constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW, 0o600);
      await this.#handle.chmod(0o600);
      if ((await this.#handle.stat()).size < this.#bytes) [this.#bytes, this.#started] = [0, false];
      await this.#handle.truncate(this.#bytes);
      return this.#handle;
    } catch (error) {
      throw new Fault(
        'unreadable_file',
        `the reject file cannot be written (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
        { cause: error },
      );
    }
  }
}

/** Takes away the reject file of an earlier import of the same file; anything else by that name stays. */
export async function dropStaleRejects(path: string): Promise<void> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const start = Buffer.alloc(Buffer.byteLength(head));
    await handle.read(start, 0, start.length, 0).finally(() => handle.close());
    if (start.toString('utf8') === head) await rm(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new Fault('unreadable_file', 'the reject file of an earlier import cannot be replaced', { cause: error });
  }
}

// A raw line that begins like a formula gets an apostrophe: the file is opened in spreadsheets, which would run it.
function cell(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('\0', '\ufffd').replaceAll('"', '""')}"`;
}
