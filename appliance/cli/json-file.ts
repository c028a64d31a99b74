// JSON documents that a person hands to a command or gets from one: read whole, with a limit, and printed so that a terminal obeys
// nothing inside and the text is still the same JSON.

import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Fault } from '../core/errors.ts';
import type { CliContext } from './context.ts';

const limitBytes = 2 * 1024 * 1024;

/** @throws {Fault} `unreadable_file`, `limit_reached` beyond 2 MB, `bad_request` when it is not JSON */
export function readJsonFile(context: CliContext, file: string): unknown {
  const text = readTextFile(context, file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Fault('bad_request', `${basename(file)}: not valid JSON`, { cause: error });
  }
}

/** @throws {Fault} `unreadable_file`, `limit_reached` beyond 2 MB */
export function readTextFile(context: CliContext, file: string): string {
  const path = resolve(context.io.cwd, file);
  const name = basename(path);
  try {
    if (statSync(path).size > limitBytes) throw new Fault('limit_reached', `${name}: ${limitBytes} bytes`);
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'cannot be opened';
    throw new Fault('unreadable_file', `${name}: ${code}`, { cause: error });
  }
}

/** Indented JSON; characters that would move a terminal's cursor or its direction of writing are escaped. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
