// What every benchmark needs: medians, a child process that says where it serves, its peak memory, and one way to print.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const quick = process.argv.includes('--quick');
export const asJson = process.argv.includes('--json');

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  // Tried again, as a node that was killed a moment ago may still have written.
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  // Also when the benchmark breaks off: a full one takes gigabytes.
  process.once('exit', remove);
  return { path, remove };
}

export type Child = { process: ChildProcess; firstLine: string; peakMemoryMB(): number; stop(): Promise<void> };

/** Starts a program and waits for the first line it prints to standard output. */
export async function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Child> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  // A benchmark that breaks off leaves nothing running.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const lines = createInterface({ input: child.stdout! });
  const firstLine = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code} before it served`)));
  });
  return {
    process: child,
    firstLine,
    peakMemoryMB: () => peakMemoryMB(child.pid!),
    stop: () =>
      new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

/** Highest resident set so far, from the kernel's own accounting (Linux); NaN elsewhere. */
export function peakMemoryMB(pid: number): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line ? Number(line[1]) / 1024 : Number.NaN;
  } catch {
    return Number.NaN;
  }
}

/** Prints for people, or one line of JSON. */
export function report(
  name: string,
  figures: { [name: string]: number },
  ratios: { [name: string]: number },
  words: readonly string[],
): void {
  const round = (values: { [name: string]: number }) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value.toPrecision(4))]));
  if (asJson) process.stdout.write(`${JSON.stringify({ name, figures: round(figures), ratios: round(ratios) })}\n`);
  else process.stdout.write(`${words.join('\n')}\n`);
}

/** What is going on, on standard error, so that `--json` stays one line. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
