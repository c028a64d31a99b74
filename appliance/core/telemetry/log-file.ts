// The log in files of a bounded size, for machines where nobody keeps standard output. What cannot be written goes to standard output: a full disk must
// not stop the node, nor leave it without a word.

import { appendFileSync, mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { createStream } from 'rotating-file-stream';
import type { LogSink } from '../http/log.ts';
import type { LogDeclaration } from '../model/telemetry-config.ts';

export type ClosableSink = LogSink & { close(): Promise<void> };

/** @param file as a path; `file.1` is the one before it */
export function openLogFile(file: string, { megabytes = 10, keep = 5 }: LogDeclaration, otherwise: LogSink): ClosableSink {
  let broken = false;
  const fail = (error: Error) => {
    if (broken) return;
    broken = true;
    const code = (error as NodeJS.ErrnoException).code ?? error.name;
    otherwise.write(`${JSON.stringify({ level: 50, time: 0, code, msg: 'the log file cannot be written' })}\n`);
  };
  try {
    // The stream would try for ever where a folder cannot be made.
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, '', { mode: 0o600 });
  } catch (error) {
    fail(error as Error);
    return { write: (line) => otherwise.write(line), close: async () => undefined };
  }
  const stream = createStream(basename(file), { path: dirname(file), size: `${megabytes}M`, rotate: keep, mode: 0o600 });
  stream.on('error', fail);
  stream.on('warning', fail);
  return {
    write: (line) => void (broken ? otherwise.write(line) : stream.write(line)),
    close: () => new Promise((resolve) => (stream.destroyed ? resolve() : stream.end(resolve))),
  };
}
