// What a command may touch of the process around it: streams, environment, folder, terminal, interrupts, the clock. Passed in, so
// that tests run whole commands without a process.

import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { type Clock, systemPorts } from '../core/ports.ts';

export type Writer = { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
/** Where a secret is typed. `setRawMode` turns the echo off. */
export type Terminal = { input: NodeJS.ReadableStream & { setRawMode?(raw: boolean): unknown }; close(): void };

export type Io = {
  readonly stdout: Writer;
  readonly stderr: Writer;
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  readonly clock: Clock;
  /** The terminal, also when standard input is a pipe; undefined where nobody can be asked. */
  openTerminal(): Terminal | undefined;
  /** Calls back on SIGINT and SIGTERM, until the function returned is called. */
  onInterrupt(listener: () => void): () => void;
};

function openTerminal(): Terminal | undefined {
  if (process.stdin.isTTY) return { input: process.stdin, close: () => process.stdin.pause() };
  try {
    const input = new ReadStream(openSync('/dev/tty', 'r'));
    return { input, close: () => input.destroy() };
  } catch {
    return undefined;
  }
}

function onInterrupt(listener: () => void): () => void {
  process.on('SIGINT', listener).on('SIGTERM', listener);
  return () => process.off('SIGINT', listener).off('SIGTERM', listener);
}

export function processIo(): Io {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    clock: systemPorts.clock,
    openTerminal,
    onInterrupt,
  };
}
