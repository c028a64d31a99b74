// Every `holdfast ...` line of README and of docs/ is one that the program takes: command, options and the number of words. What a command would do is left out,
// so nothing runs; a page that shows a command which there is not, or an option that it lost, fails here.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command, CommanderError } from 'commander';
import { commands } from '../main.ts';
import { createContext } from './context.ts';
import { fakeIo } from './testing.ts';

const root = join(import.meta.dirname, '..', '..');
const pages = ['README.md', ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))];

/** What stands before a command: a prompt, variables, who runs it. */
const before = /^(?:\$ )?(?:[A-Z_]+=\S+ )*(?:sudo )?(?:-u \S+ )?(?:[A-Z_]+=\S+ )*(?:\S+ exec \S+ -- )?(?:npx )?holdfast(?= |$)/;

/** The commands of a page's blocks of code, as words. */
function shownIn(text: string): { line: string; words: string[] }[] {
  return text
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .flatMap((line) => {
      // Some pages explain in a second column.
      const trimmed = line.trim().replace(/ {3,}[^-#].*$/, '');
      const found = before.exec(trimmed);
      return found ? [{ line: trimmed, words: wordsOf(trimmed.slice(found[0].length)) }] : [];
    });
}

/** What a line leaves out by an ellipsis is not missed. */
const missing = /missing required argument|required option .* not specified/;

/** As a shell cuts them, as far as pages go: quotes, and the end at a comment, a pipe, a redirection or the next command. */
function wordsOf(rest: string): string[] {
  const words: string[] = [];
  for (const [word] of rest.matchAll(/"[^"]*"|'[^']*'|\S+/g)) {
    if (/^(?:#|[|&;<>]|\d>|\()/.test(word)) break;
    const plain = word.replace(/^["'[]|["'\]];?$/g, '');
    if (plain !== '…' && plain !== '...') words.push(plain.replace(/;$/, ''));
    if (word.endsWith(';')) break;
  }
  return words;
}

/** The whole program without what it does. */
async function program(): Promise<Command> {
  const context = createContext(fakeIo(), {});
  const whole = new Command('holdfast').option('--data <dir>').option('--json').option('--lang <code>').option('-V, --version');
  for (const entry of commands) whole.addCommand((await entry.load()).command(context).name(entry.name));
  return still(whole);
}

function still(command: Command): Command {
  command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  if (command.commands.length === 0) command.action(() => undefined);
  for (const inner of command.commands) still(inner);
  return command;
}

async function complaint(words: readonly string[]): Promise<string | undefined> {
  try {
    await (await program()).parseAsync(words, { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    return error instanceof Error ? error.message : String(error);
  }
}

test('every command that a page shows is one that there is, with options that it has', async () => {
  const wrong: string[] = [];
  let shown = 0;
  for (const page of pages)
    for (const { line, words } of shownIn(readFileSync(join(root, page), 'utf8'))) {
      shown += 1;
      const said = await complaint(words);
      const isPart = /…|\.\.\./.test(line) && missing.test(said ?? '');
      if (said !== undefined && !isPart) wrong.push(`${page}: ${line}\n    ${said}`);
    }
  assert.deepEqual(wrong, [], wrong.join('\n'));
  assert.ok(shown > 200, `${shown} commands`);
});

test('a command, an option or a word that there is not is noticed', async () => {
  assert.equal(await complaint(['doctor', '--deep', '--data', '/srv/holdfast']), undefined);
  assert.match((await complaint(['doctor', '--depth'])) ?? '', /unknown option/);
  assert.match((await complaint(['backup', 'later'])) ?? '', /unknown command/);
  assert.match((await complaint(['keys', 'shares'])) ?? '', /missing required argument/);
  assert.match((await complaint(['keys', 'status', 'now'])) ?? '', /too many arguments/);
  assert.deepEqual(
    shownIn(
      '    sudo holdfast doctor --last   # at once\ntext\n    $ npx holdfast audit head --json > "a b"\n    A=b holdfast seal',
    ),
    [
      { line: 'sudo holdfast doctor --last   # at once', words: ['doctor', '--last'] },
      { line: '$ npx holdfast audit head --json > "a b"', words: ['audit', 'head', '--json'] },
      { line: 'A=b holdfast seal', words: ['seal'] },
    ],
  );
});
