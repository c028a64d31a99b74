// What this computer keeps between two starts: the enrolment code, which is no secret, and the session's token, sealed by the system's own keyring.
// Where there is none, or one that would write it down as good as in the clear, the token is kept in memory only and the page says so.

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SafeStorage } from './electron-api.ts';
import { codeLengthMax } from './ipc.ts';

export const keptFile = 'console.json';
const bytesMax = 65_536;
const tokenLengthMax = 200;
/** On Linux, when no keyring answers: a password that is the same on every computer. */
const noKeyring = new Set(['basic_text', 'unknown']);

type Stored = { version: 1; code?: string; token?: string };

export class Keep {
  readonly #safeStorage: SafeStorage;
  readonly #path: string;
  readonly #platform: NodeJS.Platform;
  #stored: Stored;
  #token: string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(safeStorage: SafeStorage, folder: string, platform: NodeJS.Platform) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#safeStorage = safeStorage;
    this.#path = join(folder, keptFile);
    this.#platform = platform;
    this.#stored = read(this.#path);
  }

  /** Call it once the application is ready: the keyring answers from then on. */
  static async open(safeStorage: SafeStorage, folder: string, platform: NodeJS.Platform): Promise<Keep> {
    const keep = new Keep(safeStorage, folder, platform);
    await keep.#openToken();
    return keep;
  }

  get code(): string | undefined {
    return this.#stored.code;
  }

  get token(): string | undefined {
    return this.#token;
  }

  /** Whether the keyring of this computer can keep a secret. */
  async canSeal(): Promise<boolean> {
    if (this.#platform === 'linux' && noKeyring.has(this.#safeStorage.getSelectedStorageBackend())) return false;
    try {
      return await this.#safeStorage.isAsyncEncryptionAvailable();
    } catch {
      return false;
    }
  }

  /** Another node: what was kept of the one before is gone. */
  enrol(code: string): Promise<void> {
    this.#token = undefined;
    return this.#write(async () => ({ version: 1, code }));
  }

  /** @param token undefined forgets it */
  keepToken(token: string | undefined): Promise<void> {
    this.#token = token;
    return this.#write(async ({ code }) => {
      const rest: Stored = { version: 1, ...(code !== undefined && { code }) };
      if (token === undefined || !(await this.canSeal())) return rest;
      return { ...rest, token: (await this.#safeStorage.encryptStringAsync(token)).toString('base64') };
    });
  }

  forget(): Promise<void> {
    this.#token = undefined;
    return this.#write(async () => ({ version: 1 }));
  }

  async #openToken(): Promise<void> {
    const { token } = this.#stored;
    if (token === undefined) return;
    if (!(await this.canSeal())) return this.keepToken(undefined);
    try {
      const { result, shouldReEncrypt } = await this.#safeStorage.decryptStringAsync(Buffer.from(token, 'base64'));
      if (result.length > tokenLengthMax) return await this.keepToken(undefined);
      this.#token = result;
      if (shouldReEncrypt) await this.keepToken(result);
    } catch {
      // Sealed by a keyring that is gone: signing in again is all it takes.
      await this.keepToken(undefined);
    }
  }

  /** One after the other, each whole or not at all. A keyring that fails in the middle leaves the file without a token. */
  #write(make: (before: Stored) => Promise<Stored>): Promise<void> {
    const next = this.#last.then(async () => {
      const { code } = this.#stored;
      this.#stored = await make(this.#stored).catch((): Stored => ({ version: 1, ...(code !== undefined && { code }) }));
      const draft = `${this.#path}.draft`;
      writeFileSync(draft, JSON.stringify(this.#stored), { mode: 0o600 });
      renameSync(draft, this.#path);
    });
    this.#last = next.catch(() => rmSync(`${this.#path}.draft`, { force: true }));
    return next;
  }
}

/** Nothing for a file that is not there, or not ours. */
function read(path: string): Stored {
  try {
    const text = readFileSync(path, 'utf8');
    const { version, code, token } = JSON.parse(text.length > bytesMax ? '{}' : text) as { [name in keyof Stored]?: unknown };
    if (version !== 1) return { version: 1 };
    return {
      version: 1,
      ...(typeof code === 'string' && code.length <= codeLengthMax && { code }),
      ...(typeof token === 'string' && { token }),
    };
  } catch {
    return { version: 1 };
  }
}
