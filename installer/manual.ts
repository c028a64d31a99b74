// The manual page and the completion of the shell, out of the command line itself: commander knows every command, argument and option, so neither can
// tell of something that is not there.

import type { Command } from 'commander';
import { createContext } from '../appliance/cli/context.ts';
import { processIo } from '../appliance/cli/io.ts';
import { commands } from '../appliance/main.ts';

/** Every command with all below it, described in English. */
export async function readCommands(): Promise<Command[]> {
  const context = createContext({ ...processIo(), env: {} }, { lang: 'en' });
  return Promise.all(
    commands.map(async (entry) => {
      const command = (await entry.load()).command(context).name(entry.name);
      return command.summary() === '' ? command.summary(entry.about.en) : command;
    }),
  );
}

const globals = ['--data', '--json', '--lang', '--help'];

/** A line of text as troff reads it: no escape, no request. */
const plain = (line: string) =>
  line
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/^([.'])/, '\\&$1');
const flags = (line: string) => `\\fB${plain(line).replace(/(<[^>]+>|\[[^\]]+\])/g, '\\fR\\fI$1\\fR\\fB')}\\fR`;

/** @param dateIso day of the release, such as `2026-11-27` */
export function manualPage(all: readonly Command[], version: string, dateIso: string): string {
  const lines = [
    `.TH HOLDFAST 1 "${dateIso}" "Holdfast ${version}" "User Commands"`,
    '.SH NAME',
    'holdfast \\- a customer platform that keeps its records sealed',
    '.SH SYNOPSIS',
    '.B holdfast',
    '.RI [ options ]',
    '.I command',
    '.RI [ arguments ]',
    '.SH DESCRIPTION',
    'One node that an organisation installs in its own building. It collects what customers do, knows who each of them is, and never writes a record',
    'to disk in the clear. Commands ask the node that runs on the data folder; when none runs they open the folder themselves.',
    '.PP',
    'Run by root without \\fB\\-\\-data\\fR, the installed command works on the node of this machine (\\fI/var/lib/holdfast\\fR) as the user holdfast.',
    '.SH OPTIONS',
    ...option('--data <dir>', 'the data folder'),
    ...option('--json', 'answer with JSON, for programs'),
    ...option('--lang <code>', 'zh or en, else as the locale says'),
    ...option('-V, --version', 'print the version'),
    ...option('-h, --help', 'explain a command'),
    '.SH COMMANDS',
    ...all.flatMap((command) => described(command, [])),
    '.SH EXIT STATUS',
    '0 done, 1 a fault with its code, 2 wrong usage, 3 a defect, 130 interrupted.',
    '.SH ENVIRONMENT',
    ...option('HOLDFAST_HOME', 'the data folder where \\-\\-data names none', true),
    ...option('HOLDFAST_PASSPHRASE_FILE', 'the file, for its owner alone, that the passphrase is read from', true),
    ...option('HOLDFAST_LANG', 'zh or en', true),
    '.SH FILES',
    ...option('/etc/holdfast/holdfast.json', 'the configuration'),
    ...option('/var/lib/holdfast', 'keys and data'),
    ...option('/usr/share/doc/holdfast/guide', 'the documentation'),
  ];
  return `${lines.join('\n')}\n`;
}

const option = (name: string, about: string, ready = false) => ['.TP', flags(name), ready ? about : plain(about)];

function described(command: Command, above: readonly string[]): string[] {
  const path = [...above, command.name()];
  const below = command.commands.filter((child) => child.name() !== 'help');
  const usage = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [
    '.TP',
    flags(['holdfast', ...path, ...usage].join(' ')),
    plain(command.summary() || command.description() || ''),
    ...command.options.flatMap((each) => ['.RS', ...option(each.flags, each.description), '.RE']),
    ...below.flatMap((child) => described(child, path)),
  ];
}

/** For bash: a table of what may follow each command, and one function that looks it up. */
export function bashCompletion(all: readonly Command[]): string {
  const table: string[] = [];
  const visit = (command: Command, above: readonly string[]) => {
    const path = [...above, command.name()];
    const below = command.commands.map((child) => child.name()).filter((name) => name !== 'help');
    const words = [...below, ...command.options.flatMap((each) => (each.long ? [each.long] : [])), ...globals];
    table.push(`  [${path.join(' ')}]=${JSON.stringify([...new Set(words)].join(' '))}`);
    for (const child of command.commands) if (child.name() !== 'help') visit(child, path);
  };
  for (const command of all) visit(command, []);
  return `# Completion of holdfast for bash, made from its command line.
declare -A _holdfast_words=(
${table.join('\n')}
)
_holdfast() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path= word at
  case $previous in
    --*file* | --data | --out | --answers) COMPREPLY=(); return ;;
  esac
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    [[ $word == -* ]] && continue
    [[ -n \${_holdfast_words[\${path:+$path }$word]} ]] && path=\${path:+$path }$word
  done
  if [[ -z $path ]]; then
    word=${JSON.stringify([...all.map((command) => command.name()), 'help', '--version', ...globals].join(' '))}
  else
    word=\${_holdfast_words[$path]}
  fi
  mapfile -t COMPREPLY < <(compgen -W "$word" -- "$current")
}
complete -o default -F _holdfast holdfast
`;
}
