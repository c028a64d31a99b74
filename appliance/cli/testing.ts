// Runs whole commands in tests without a process: streams that are kept, a clock that stands still, a terminal that types what it is told.

import { PassThrough } from 'node:stream';
import type { Io, Terminal } from './io.ts';

export type FakeIo = Io & {
  readonly out: () => string;
  readonly err: () => string;
  /** What SIGINT would do; false when nobody listens, so that the signal would end the process. */
  interrupt(): boolean;
};

/** @param typed what the person at the terminal types, as bytes in one go; no terminal when undefined */
export function fakeIo(options: { env?: Io['env']; cwd?: string; typed?: string; terminal?: boolean } = {}): FakeIo {
  const written = { out: '', err: '' };
  const writer = (name: 'out' | 'err') => ({
    write: (text: string) => {
      written[name] += text;
    },
    isTTY: options.terminal ?? false,
    columns: 100,
  });
  const listeners = new Set<() => void>();
  return {
    stdout: writer('out'),
    stderr: writer('err'),
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    clock: { nowMs: () => 1_700_000_000_000 },
    openTerminal: () => (options.typed === undefined ? undefined : fakeTerminal(options.typed)),
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    out: () => written.out,
    err: () => written.err,
    interrupt() {
      const listening = [...listeners];
      for (const listener of listening) listener();
      return listening.length > 0;
    },
  };
}

/** Types one line each time it is read from, as a person does who waits for the question. */
function fakeTerminal(typed: string): Terminal {
  const lines = typed.match(/[^\r]*\r|[^\r]+$/g) ?? [];
  const input = Object.assign(new PassThrough(), {
    setRawMode: (raw: boolean) => {
      if (raw) setImmediate(() => input.write(lines.shift() ?? '\u0004'));
    },
  });
  return { input, close: () => input.destroy() };
}
