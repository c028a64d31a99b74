// Sends each alarm once to a syslog server, which is how somebody who sleeps is woken. What was sent is written down; what could not be sent is
// tried again, also after a restart. A kill between the two sends it twice.

import { Fault } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import { type Alarm, alarmLine } from './alarm.ts';
import { type AlarmRow, putTold, readUntold } from './store.ts';

export const tellerLimits = {
  /** Alarms read and sent in one step. */
  page: 100,
  retryMs: 10_000,
} as const;

/** Rejects when it cannot be sent. */
export type TellLine = (line: ReturnType<typeof alarmLine>) => Promise<void>;

export type TellerParts = {
  store: Store;
  clock: Clock;
  open(row: AlarmRow): Alarm;
  send: TellLine;
  close(): Promise<void>;
};

export class Teller {
  readonly #parts: TellerParts;
  #working: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failing: string | undefined;
  #closed = false;

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  /** Why the last line could not be sent, until one can. */
  get failing(): string | undefined {
    return this.#failing;
  }

  /** Sends what was not sent. */
  wake(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#working = this.#working.then(() => this.#send());
  }

  async settled(): Promise<void> {
    await this.#working;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#working;
    await this.#parts.close();
  }

  async #send(): Promise<void> {
    const { store, clock, open, send } = this.#parts;
    try {
      for (;;) {
        const rows = await readUntold(store, tellerLimits.page);
        for (const row of rows) {
          await send(alarmLine(open(row)));
          await store.transact([putTold(row.alarm_id, clock.nowMs())]);
        }
        if (rows.length < tellerLimits.page) break;
      }
      this.#failing = undefined;
    } catch (error) {
      const code = error instanceof Fault ? error.code : (error as NodeJS.ErrnoException).code;
      // Without a code it is a fault of ours, not of the net or the store.
      if (code === undefined) throw error;
      this.#failing = code;
      if (!this.#closed) this.#timer = setTimeout(() => this.wake(), tellerLimits.retryMs).unref();
    }
  }
}
