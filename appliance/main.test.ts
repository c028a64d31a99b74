// The frame of the command line: what is printed where, in which language, and with which exit code a command ends.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Command } from 'commander';
import type { CliContext } from './cli/context.ts';
import { type FakeIo, fakeIo } from './cli/testing.ts';
import { Fault } from './core/errors.ts';
import { type CommandEntry, commands, main } from './main.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-cli-'));
after(() => rmSync(folder, { recursive: true }));

let loaded: string[] = [];
const entry = (name: string, make: (context: CliContext) => Command): CommandEntry => ({
  name,
  about: { en: `does ${name}`, zh: `执行 ${name}` },
  load: async () => {
    loaded.push(name);
    return { command: make };
  },
});
const table = [
  entry('list', (context) =>
    new Command('list').action(() => {
      const rows = [
        ['小明', '3'],
        ['Ann', '12'],
      ];
      context.answer(rows, () => context.printTable([{ title: 'name' }, { title: 'n', align: 'right' }], rows));
    }),
  ),
  entry('where', (context) => new Command('where').action(() => context.print(context.dataFolder))),
  entry('open', (context) => new Command('open').action(() => context.print(context.requireDataFolder()))),
  entry('fail', () =>
    new Command('fail').action(() => {
      throw new Fault('disk_full', 'holdfast.db');
    }),
  ),
  entry('crash', () =>
    new Command('crash').action(() => {
      throw new TypeError('a defect');
    }),
  ),
  entry('wait', (context) =>
    new Command('wait').action(async () => {
      await new Promise((_, fail) => context.signal.addEventListener('abort', () => fail(context.signal.reason)));
    }),
  ),
  entry('source', (context) => {
    const group = new Command('source');
    group
      .command('add')
      .argument('<name>')
      .requiredOption('--kind <kind>')
      .action((name: string, options: { kind: string }) => context.printJson({ name, ...options }));
    return group;
  }),
];

async function run(
  line: string,
  options: Parameters<typeof fakeIo>[0] = {},
): Promise<{ code: number; out: string; err: string; io: FakeIo }> {
  loaded = [];
  const io = fakeIo({ cwd: folder, ...options });
  const code = await main(line === '' ? [] : line.split(' '), io, table);
  return { code, out: io.out(), err: io.err(), io };
}

describe('finding the command', () => {
  test('help lists every command without loading any', async () => {
    const { code, out } = await run('--help');
    assert.equal(code, 0);
    for (const { name, about } of table) assert.match(out, new RegExp(`${name}.*${about.en}`));
    assert.deepEqual(loaded, []);
  });
  test('only the command that runs is loaded', async () => {
    assert.equal((await run('--json list')).code, 0);
    assert.deepEqual(loaded, ['list']);
  });
  test('no command is wrong usage, with the help on stderr', async () => {
    const { code, out, err } = await run('');
    assert.equal(code, 2);
    assert.equal(out, '');
    assert.match(err, /Usage: holdfast/);
  });
  test('help for a command comes on stdout, in both ways of asking', async () => {
    for (const line of ['source --help', 'help source']) {
      const { code, out } = await run(line);
      assert.equal(code, 0, line);
      assert.match(out, /Usage: holdfast source/);
      assert.match(out, /Global Options:[\s\S]*--data/);
    }
  });
  test('the version is that of the package', async () => {
    assert.match((await run('--version')).out, /^\d+\.\d+\.\d+\n$/);
  });
});

describe('wrong usage is exit code 2 and says where to read on', () => {
  const cases: [line: string, says: RegExp, zh: RegExp, next: RegExp][] = [
    ['lisst', /unknown command 'lisst' \(Did you mean list\?\)/, /没有命令 "lisst"/, /"holdfast --help"/],
    ['list --wrong', /unknown option '--wrong'/, /没有选项 "--wrong"/, /"holdfast list --help"/],
    ['list surplus', /too many arguments/, /参数过多/, /"holdfast list --help"/],
    ['source add --kind web', /missing required argument 'name'/, /缺少参数 "name"/, /"holdfast source add --help"/],
    [
      'source add shop',
      /required option '--kind <kind>' not specified/,
      /必须提供选项 "--kind <kind>"/,
      /"holdfast source add --help"/,
    ],
    ['list --data', /option '--data <dir>' argument missing/, /选项 "--data <dir>" 缺少值/, /--help"/],
  ];
  for (const [line, says, zh, next] of cases) {
    test(line, async () => {
      const english = await run(line);
      assert.equal(english.code, 2);
      assert.equal(english.out, '');
      assert.match(english.err, says);
      assert.match(english.err, next);
      const chinese = await run(line, { env: { LANG: 'zh_CN.UTF-8' } });
      assert.equal(chinese.code, 2);
      assert.match(chinese.err, zh);
    });
  }
  test('as JSON for programs', async () => {
    const { code, err } = await run('--json lisst');
    assert.equal(code, 2);
    assert.equal(JSON.parse(err).error.code, 'usage');
  });
});

describe('how a command ends', () => {
  test('a fault is exit code 1: message, place, code and what to do next, in the language', async () => {
    const english = await run('fail');
    assert.equal(english.code, 1);
    assert.match(english.err, /^holdfast: The disk is full\. \(holdfast\.db\) \[disk_full\]\n {2}Free space/);
    const chinese = await run('fail --lang zh');
    assert.match(chinese.err, /磁盘已满。 \(holdfast\.db\) \[disk_full\]/);
  });
  test('a fault as JSON is one line on stderr', async () => {
    const { code, out, err } = await run('fail --json');
    assert.equal(code, 1);
    assert.equal(out, '');
    const { error } = JSON.parse(err);
    assert.equal(error.code, 'disk_full');
    assert.equal(error.where, 'holdfast.db');
    assert.match(error.next, /Free space/);
  });
  test('a defect is exit code 3 and shows where it happened', async () => {
    const { code, err } = await run('crash');
    assert.equal(code, 3);
    assert.match(err, /TypeError: a defect\n\s+at /);
  });
  test('an interrupted command is exit code 130, without a word', async () => {
    const io = fakeIo({ cwd: folder });
    const ended = main(['wait'], io, table);
    while (!io.interrupt()) await new Promise((next) => setImmediate(next));
    assert.equal(await ended, 130);
    assert.equal(io.err(), '');
    assert.equal(io.interrupt(), false, 'a second interrupt is no longer caught, so that it ends the process');
  });
  test('a folder without a node is told with its path', async () => {
    const { code, err } = await run('open --data nowhere');
    assert.equal(code, 1);
    assert.match(err, /\[key_file_missing\]/);
    assert.ok(err.includes(join(folder, 'nowhere')));
  });
});

describe('what every command is given', () => {
  test('the data folder: --data before or after, else HOLDFAST_HOME, else .holdfast here', async () => {
    assert.equal((await run('--data a where')).out, `${join(folder, 'a')}\n`);
    assert.equal((await run('where --data a', { env: { HOLDFAST_HOME: '/b' } })).out, `${join(folder, 'a')}\n`);
    assert.equal((await run('where', { env: { HOLDFAST_HOME: '/b' } })).out, '/b\n');
    assert.equal((await run('where')).out, `${join(folder, '.holdfast')}\n`);
  });
  test('an answer for people is a table that lines up with Chinese in it, for programs it is JSON', async () => {
    assert.equal((await run('list')).out, 'name   n\n小明   3\nAnn   12\n');
    assert.deepEqual(JSON.parse((await run('list --json')).out), [
      ['小明', '3'],
      ['Ann', '12'],
    ]);
  });
  test('options of a command inside a command', async () => {
    assert.deepEqual(JSON.parse((await run('source add shop --kind web --json')).out), { name: 'shop', kind: 'web' });
  });
  test('the language: --lang, else the locale', async () => {
    assert.match((await run('--help --lang zh')).out, /用法：/);
    assert.match((await run('--help', { env: { LANG: 'zh_CN.UTF-8' } })).out, /用法：/);
    assert.match((await run('--help --lang en', { env: { LANG: 'zh_CN.UTF-8' } })).out, /Usage:/);
    assert.match((await run('--help', { env: { LC_ALL: 'en_US.UTF-8', LANG: 'zh_CN.UTF-8' } })).out, /Usage:/);
  });
});

describe('the commands there are', () => {
  for (const { name, about } of commands) {
    test(`holdfast ${name} --help`, async () => {
      for (const lang of ['en', 'zh'] as const) {
        const io = fakeIo({ cwd: folder });
        assert.equal(await main([name, '--help', '--lang', lang], io), 0, io.err());
        assert.ok(io.out().includes(`holdfast ${name}`));
        assert.match(io.out(), lang === 'zh' ? /示例/ : /Examples?:/, 'every command shows an example');
        assert.ok(about[lang].length > 0);
      }
    });
  }
});

test('as a process: output, exit code, and no noise', () => {
  const file = join(import.meta.dirname, 'main.ts');
  const help = spawnSync(process.execPath, [file, '--help', '--lang', 'en'], { encoding: 'utf8' });
  assert.equal(help.status, 0);
  assert.match(help.stdout, /Usage: holdfast/);
  assert.equal(help.stderr, '');
  const wrong = spawnSync(process.execPath, [file, '--wrong'], { encoding: 'utf8' });
  assert.equal(wrong.status, 2);
});

test('a reader that has seen enough is no fault, whichever file starts the command', async () => {
  for (const started of ['appliance/main.ts', 'scripts/command/holdfast.mjs']) {
    const path = join(import.meta.dirname, '..', started);
    const child = spawn(process.execPath, [path, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const said: Buffer[] = [];
    child.stderr.on('data', (bytes: Buffer) => said.push(bytes));
    const [code] = (await once(child, 'exit')) as [number | null];
    assert.equal(Buffer.concat(said).toString('utf8'), '', started);
    assert.equal(code, 0, started);
  }
});
