// `holdfast config`: whether holdfast.json is right, every mistake with its place; and what each setting means, what holds now and where that came from.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { configFile, readConfigText } from '../core/config.ts';
import { Fault, type Words } from '../core/errors.ts';
import { allSettings, checkConfig, type Explained, explain, type Mistake } from '../core/settings/settings.ts';
import { nearNames } from '../core/values/near.ts';
import type { CliContext } from './context.ts';
import { EndsWith } from './faults.ts';
import { doctorExit } from './findings.ts';

export function command(context: CliContext): Command {
  const { words } = context;
  const config = new Command('config').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast config check\n  $ holdfast config check /tmp/new.json --json\n  $ holdfast config explain\n  $ holdfast config explain backup',
      zh: '\n示例：\n  $ holdfast config check\n  $ holdfast config check /tmp/new.json --json\n  $ holdfast config explain\n  $ holdfast config explain backup',
    }),
  );
  config
    .command('check')
    .argument('[file]', words({ en: 'another file than that of the data folder', zh: '检查其他文件（默认数据目录中的配置）' }))
    .description(words({ en: 'every mistake of the configuration, with its place', zh: '检查配置，列出所有错误及其位置' }))
    .addHelpText(
      'after',
      words({
        en: '\nExit codes: 0 in order, 1 warnings, 2 errors, 3 could not read it.',
        zh: '\n退出码：0 正常，1 有警告，2 有错误，3 无法读取。',
      }),
    )
    .action((file: string | undefined) => check(context, file));
  config
    .command('explain')
    .argument('[setting]', words({ en: 'one setting, or those below a name', zh: '某个设置，或某名称下的所有设置' }))
    .description(
      words({ en: 'what each setting means, what holds now, and where that came from', zh: '各设置的含义、当前值及其出处' }),
    )
    .action((name: string | undefined) => explainSettings(context, name));
  return config;
}

function check(context: CliContext, given: string | undefined): void {
  const path = given === undefined ? join(context.dataFolder, configFile) : resolve(context.io.cwd, given);
  const { mistakes } = checkConfig(read(context, given, path), context.io.env);
  const errors = mistakes.filter(({ severity }) => severity === 'error').length;
  const warnings = mistakes.length - errors;
  context.answer({ ok: errors === 0, file: path, errors, warnings, mistakes }, () => {
    for (const mistake of mistakes) context.print(lineOf(mistake, path, context.words));
    if (mistakes.length === 0) context.print(context.words({ en: 'The configuration is valid.', zh: '配置有效。' }));
  });
  if (errors > 0) throw new EndsWith(doctorExit.errors);
  if (warnings > 0) throw new EndsWith(doctorExit.warnings);
}

/** Without a file of the data folder the defaults hold, which are in order; a file that was named must be there. */
function read(context: CliContext, given: string | undefined, path: string): string | undefined {
  try {
    return given === undefined ? readConfigText(context.dataFolder) : readFileSync(path, 'utf8');
  } catch (error) {
    throw new EndsWith(
      doctorExit.notLooked,
      error instanceof Fault ? error : new Fault('unreadable_file', path, { cause: error }),
    );
  }
}

/** As compilers write it, so that editors find the place. */
function lineOf({ at, variable, setting, severity, message }: Mistake, path: string, words: (words: Words) => string): string {
  const place = at ? `${path}:${at.line}:${at.column}` : (variable ?? path);
  const grade = words(severity === 'error' ? { en: 'error', zh: '错误' } : { en: 'warning', zh: '警告' });
  return `${place}: ${grade}: ${setting === '' ? '' : `${setting}: `}${words(message)}`;
}

function explainSettings(context: CliContext, name: string | undefined): void {
  const { config, set, mistakes } = checkConfig(readConfigText(context.dataFolder), context.io.env);
  if (!config) {
    const [first] = mistakes.filter(({ severity }) => severity === 'error');
    throw new Fault('config_invalid', `${first!.setting || configFile}: holdfast config check`);
  }
  const wanted = explain(config, set).filter(
    ({ setting }) => name === undefined || setting === name || setting.startsWith(`${name}.`),
  );
  if (wanted.length === 0) {
    const near = nearNames(name!, [...allSettings.map(({ path }) => path), ...allSettings.map(({ keys }) => keys[0]!)]);
    throw new Fault('not_found', near.length > 0 ? `${name}; ${near.join(', ')}?` : name);
  }
  context.answer(wanted, () => {
    for (const one of wanted) printSetting(context, one);
  });
}

const origins: { readonly [from in Explained['from']]: Words } = {
  file: { en: 'from holdfast.json', zh: '来自 holdfast.json' },
  environment: { en: 'from the environment', zh: '来自环境变量' },
  default: { en: 'default', zh: '默认' },
};

function printSetting({ words, print }: CliContext, one: Explained): void {
  print(one.setting);
  print(`    ${words(one.meaning)}`);
  const now = one.value === undefined ? words(one.absent ?? { en: 'none', zh: '无' }) : JSON.stringify(one.value);
  print(`    = ${now}  (${words(origins[one.from])})`);
  if (one.from !== 'default') {
    const standard = one.default === undefined ? words(one.absent ?? { en: 'none', zh: '无' }) : JSON.stringify(one.default);
    print(`    ${words({ en: 'default: ', zh: '默认：' })}${standard}`);
  }
  print(`    ${one.variable}`);
}
