// How a passphrase reaches a command: from a file, for services, or typed without being shown. It is never an argument or an
// environment variable, since other users of the machine can read those.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault, type Words } from '../core/errors.ts';
import type { Io, Terminal } from './io.ts';

const passphraseBytesLimit = 4096;
const attemptsLimit = 3;
/** The bits of a file's mode by which others than its owner get at it. */
const othersMode = 0o077;

export type PassphraseQuestion = { ask: Words; askAgain?: Words };
export const usualQuestion: PassphraseQuestion = { ask: { en: 'Passphrase: ', zh: '口令：' } };
export const newQuestion: PassphraseQuestion = {
  ask: { en: 'New passphrase: ', zh: '新口令：' },
  askAgain: { en: 'The same again: ', zh: '再次输入：' },
};

/**
 * The passphrase, from the file that HOLDFAST_PASSPHRASE_FILE names or else from the terminal. One newline at its end is not part of it.
 * @param question `askAgain` asks twice, for a passphrase that is being chosen
 * @throws {Fault} `passphrase_missing`, `unreadable_file`, `wrong_passphrase` when two entries never agree
 */
export async function obtainPassphrase(io: Io, words: (words: Words) => string, question = usualQuestion): Promise<string> {
  const path = io.env.HOLDFAST_PASSPHRASE_FILE;
  if (path !== undefined && path !== '') return readPassphraseFile(resolve(io.cwd, path), io, words);
  const terminal = io.openTerminal();
  if (terminal === undefined) throw new Fault('passphrase_missing');
  try {
    for (let attempt = 0; attempt < attemptsLimit; attempt += 1) {
      const passphrase = await askSecret(terminal, io, words(question.ask));
      if (passphrase === '') continue;
      if (question.askAgain === undefined) return passphrase;
      if ((await askSecret(terminal, io, words(question.askAgain))) === passphrase) return passphrase;
      io.stderr.write(`${words({ en: 'The two differ.', zh: '两次输入不一致。' })}\n`);
    }
    throw new Fault('passphrase_missing');
  } finally {
    terminal.close();
  }
}

function readPassphraseFile(path: string, io: Io, words: (words: Words) => string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw new Fault('unreadable_file', 'HOLDFAST_PASSPHRASE_FILE', { cause: error });
  }
  try {
    const { mode } = fstatSync(file);
    if (process.platform !== 'win32' && (mode & othersMode) !== 0) {
      io.stderr.write(
        `${words({
          en: `Warning: other users may read the passphrase file (mode ${(mode & 0o777).toString(8)}); "chmod 600" keeps it yours.`,
          zh: `警告：其他用户可读取口令文件（权限 ${(mode & 0o777).toString(8)}）；请执行 "chmod 600"。`,
        })}\n`,
      );
    }
    const bytes = Buffer.alloc(passphraseBytesLimit + 1);
    const length = readFully(file, bytes);
    if (length > passphraseBytesLimit)
      throw new Fault('unreadable_file', `HOLDFAST_PASSPHRASE_FILE: over ${passphraseBytesLimit} bytes`);
    const passphrase = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length)).replace(/\r?\n$/, '');
    bytes.fill(0);
    if (passphrase === '') throw new Fault('passphrase_missing', 'HOLDFAST_PASSPHRASE_FILE');
    return passphrase;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('unreadable_file', 'HOLDFAST_PASSPHRASE_FILE', { cause: error });
  } finally {
    closeSync(file);
  }
}

/** A pipe gives its bytes in pieces. */
function readFully(file: number, into: Uint8Array): number {
  let length = 0;
  while (length < into.length) {
    const read = readSync(file, into, length, into.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return length;
}

/** Ctrl-C while a secret is typed. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

const keys = {
  enter: '\r',
  newline: '\n',
  interrupt: '\u0003',
  end: '\u0004',
  backspace: '\u0008',
  erase: '\u007f',
  eraseLine: '\u0015',
  escape: '\u001b',
};

/** Reads one line that is shown. @throws {Fault} `passphrase_missing` where the terminal ends, {Interrupted} */
export const askLine = (terminal: Terminal, io: Io, question: string): Promise<string> => ask(terminal, io, question, true);
const askSecret = (terminal: Terminal, io: Io, question: string): Promise<string> => ask(terminal, io, question, false);

/** Backspace takes a character back, Ctrl-U all of them. */
function ask(terminal: Terminal, io: Io, question: string, isShown: boolean): Promise<string> {
  const { input } = terminal;
  return new Promise((settle, fail) => {
    let typed: string[] = [];
    const decoder = new TextDecoder();
    const finish = (done: () => void) => {
      input.off('data', onData);
      input.off('end', onEnd);
      input.setRawMode?.(false);
      input.pause();
      io.stderr.write('\n');
      done();
    };
    const onEnd = () => finish(() => fail(new Fault('passphrase_missing')));
    const onData = (chunk: Buffer | string) => {
      const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      if (text.startsWith(keys.escape)) return; // An arrow or a function key.
      for (const character of text) {
        if (character === keys.enter || character === keys.newline) return finish(() => settle(typed.join('')));
        if (character === keys.interrupt) return finish(() => fail(new Interrupted('interrupted')));
        if (character === keys.end) return typed.length === 0 ? onEnd() : finish(() => settle(typed.join('')));
        if (character === keys.backspace || character === keys.erase) typed = typed.slice(0, -1);
        else if (character === keys.eraseLine) typed = [];
        else if (typed.length < passphraseBytesLimit) typed.push(character);
      }
      if (isShown) io.stderr.write(`\r${question}${typed.join('')}\u001b[K`);
    };
    io.stderr.write(question);
    input.setRawMode?.(true);
    input.on('data', onData);
    input.on('end', onEnd);
    input.resume();
  });
}
