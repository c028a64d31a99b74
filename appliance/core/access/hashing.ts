// Passwords are hashed a few at a time: each takes 64 MiB and a thread for a sixth of a second, on a machine that has events to take in.
// Beyond a short queue a try is refused, before it costs anything.

import type { Argon2Cost } from '../../../crypto/kdf.ts';
import { hashPassword, isOutdated, verifyPassword } from '../../../crypto/password.ts';
import { Fault } from '../errors.ts';
import type { Random } from '../ports.ts';
import { passwordRules } from './password-rules.ts';

export const hashingLimits = {
  /** At once; the thread pool has four threads, which files and names need too. */
  running: 2,
  /** That wait. Beyond: `too_busy`. */
  waiting: 8,
} as const;

export class Hashing {
  readonly #random: Random;
  readonly #cost: Argon2Cost | undefined;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #nobodys: Promise<string> | undefined;

  /** @param cost today's when absent; tests take a smaller one */
  constructor(random: Random, cost?: Argon2Cost) {
    this.#random = random;
    this.#cost = cost;
  }

  /** @throws {Fault} `too_busy` */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hashPassword(password, this.#random, this.#cost));
  }

  /**
   * Whether the password is right. Without one to compare with (nobody has the login) it is wrong, after the same work.
   * @throws {Fault} `too_busy`
   */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    return this.#inTurn(async () => {
      this.#nobodys ??= hashPassword(Buffer.from(this.#random.bytes(32)).toString('hex'), this.#random, this.#cost);
      const nobodys = await this.#nobodys;
      const bytes = Buffer.byteLength(password.normalize('NFKC'));
      const canBe = bytes > 0 && bytes <= 4 * passwordRules.most;
      const same = await verifyPassword(canBe ? password : 'no password', stored ?? nobodys);
      return same && canBe && stored !== undefined;
    });
  }

  isOutdated(stored: string): boolean {
    return isOutdated(stored, this.#cost);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length >= hashingLimits.waiting) throw new Fault('too_busy', 'passwords');
    // Whoever ends hands their place on, so that nobody who comes later takes it in between.
    if (this.#running >= hashingLimits.running) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
