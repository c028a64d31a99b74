// The last lines of the node's own log, in memory, for administrators who have no terminal. They hold what log.ts lets through: patterns of routes,
// statuses, codes and correlation ids, never a body, a query or an address.

import type { LogSink } from './log.ts';

export const logRingLines = 2_000;
const longestLine = 4_096;

/** Names of pino's levels. */
const levels: { readonly [level: number]: string } = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
export const logLevels = Object.values(levels);

export type LogLine = { seq: number; atMs: number; level: string; message: string; about: { [name: string]: unknown } };

export class LogRing implements LogSink {
  readonly #lines: LogLine[] = [];
  readonly #next: LogSink;
  #seq = 0;

  /** @param next where lines go on to */
  constructor(next: LogSink) {
    this.#next = next;
  }

  write(line: string): void {
    this.#next.write(line);
    if (line.length > longestLine) return;
    try {
      const { level, time, msg, ...about } = JSON.parse(line) as { level: number; time: number; msg?: string };
      this.#lines.push({ seq: ++this.#seq, atMs: time, level: levels[level] ?? 'info', message: msg ?? '', about });
    } catch {
      // A line that is not the logger's is the terminal's alone.
      return;
    }
    if (this.#lines.length > logRingLines) this.#lines.shift();
  }

  /** The newest after `after`, at least so grave, newest first. */
  read(options: { level?: string | undefined; after?: number | undefined; limit: number }): LogLine[] {
    const { level = 'trace', after = 0, limit } = options;
    const least = logLevels.indexOf(level);
    const found = this.#lines.filter((line) => line.seq > after && logLevels.indexOf(line.level) >= least);
    return found.slice(-limit).reverse();
  }
}
