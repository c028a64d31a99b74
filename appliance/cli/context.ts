// What every command is given: where the data is, in which language to speak, how to print for people and for programs, and how to
// ask for the passphrase. Commands take nothing from the process itself.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault, type Words } from '../core/errors.ts';
import type { Io } from './io.ts';
import { tryOutPassphraseFile } from './node-file.ts';
import { Interrupted, obtainPassphrase, type PassphraseQuestion } from './passphrase.ts';
import { type Progress, startProgress } from './progress.ts';
import { type Column, formatTable } from './table.ts';

export type Language = 'en' | 'zh';
/** The options every command takes, before or after its name. */
export type GlobalOptions = { data?: string; lang?: string; json?: boolean };

export type CliContext = {
  readonly io: Io;
  readonly language: Language;
  /** True when the answer is for a program: data as JSON on stdout, faults as JSON on stderr. */
  readonly json: boolean;
  /** Absolute path; it need not exist. */
  readonly dataFolder: string;
  /** Aborts on the first SIGINT or SIGTERM. A command that never asks for it is ended by the signal itself. */
  readonly signal: AbortSignal;
  words(words: Words): string;
  /** One line on stdout. */
  print(line: string): void;
  /** One line on stderr, for people: what is going on, not the answer. */
  note(words: Words): void;
  printTable(columns: readonly Column[], rows: readonly (readonly string[])[]): void;
  /** One JSON value on a line. */
  printJson(value: unknown): void;
  /** The answer as JSON when a program asked, else as `forPeople` prints it. */
  answer(value: unknown, forPeople: () => void): void;
  progress(label: Words): Progress;
  /** @throws {Fault} `key_file_missing` when no node was made there */
  requireDataFolder(): string;
  /**
   * From the file that is named, from the data folder of a node made by `start`, or typed.
   * @throws {Fault} `passphrase_missing`, `unreadable_file`
   */
  passphrase(question?: PassphraseQuestion): Promise<string>;
};

export const defaultDataFolder = '.holdfast';

export function chooseLanguage(options: GlobalOptions, env: Io['env']): Language {
  const named = options.lang ?? (env.HOLDFAST_LANG || env.LC_ALL || env.LC_MESSAGES || env.LANG);
  return named !== undefined && /^zh/i.test(named) ? 'zh' : 'en';
}

export function createContext(io: Io, options: GlobalOptions): CliContext {
  const language = chooseLanguage(options, io.env);
  const words = (given: Words) => given[language];
  const dataFolder = resolve(io.cwd, options.data || io.env.HOLDFAST_HOME || defaultDataFolder);
  const json = options.json === true;
  const print = (line: string) => void io.stdout.write(`${line}\n`);
  const printJson = (value: unknown) => print(JSON.stringify(value));
  let controller: AbortController | undefined;
  return {
    io,
    language,
    json,
    dataFolder,
    words,
    print,
    printJson,
    get signal() {
      if (controller === undefined) controller = interruptible(io);
      return controller.signal;
    },
    note: (given) => void io.stderr.write(`${words(given)}\n`),
    printTable: (columns, rows) => formatTable(columns, rows).forEach(print),
    answer: (value, forPeople) => (json ? printJson(value) : forPeople()),
    progress: (label) => startProgress(words(label), io.stderr, io.clock),
    requireDataFolder() {
      if (!existsSync(join(dataFolder, 'keys.json'))) throw new Fault('key_file_missing', dataFolder);
      return dataFolder;
    },
    passphrase: (question) => {
      const tryOut = join(dataFolder, tryOutPassphraseFile);
      const named = io.env.HOLDFAST_PASSPHRASE_FILE || question !== undefined || !existsSync(tryOut);
      return obtainPassphrase(named ? io : { ...io, env: { HOLDFAST_PASSPHRASE_FILE: tryOut } }, words, question);
    },
  };
}

/** The first interrupt asks the command to end well; after it the process may be ended the hard way. */
function interruptible(io: Io): AbortController {
  const controller = new AbortController();
  const stopListening = io.onInterrupt(() => {
    stopListening();
    controller.abort(new Interrupted('interrupted'));
  });
  return controller;
}
