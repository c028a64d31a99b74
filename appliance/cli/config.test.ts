// `holdfast config`: exit codes, places as compilers write them, both languages, and JSON for programs.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { configFile } from '../core/config.ts';
import { main } from '../main.ts';
import { fakeIo } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, configFile);

async function run(args: string[], env = {}) {
  const io = fakeIo({ cwd: folder, env });
  const code = await main(['config', ...args, '--data', folder], io);
  return { code, out: io.out(), err: io.err() };
}

test('check ends with 0 to 3 and names places', async () => {
  assert.deepEqual(await run(['check']), { code: 0, out: 'The configuration is valid.\n', err: '' });
  assert.equal((await run(['check'], { HOLDFAST_REGON: 'x' })).code, 1);
  writeFileSync(file, '{\n  "adress": "0.0.0.0"\n}');
  const wrong = await run(['check']);
  assert.deepEqual(
    [wrong.code, wrong.out],
    [2, `${file}:2:3: error: adress: There is no such setting. Did you mean "address"?\n`],
  );
  assert.equal((await run(['check', '--lang', 'zh'])).out, `${file}:2:3: 错误: adress: 没有这个设置。是否想写 "address"？\n`);
  const { mistakes, ...counted } = JSON.parse((await run(['check', '--json'])).out) as { mistakes: object[] };
  assert.deepEqual(counted, { ok: false, file, errors: 1, warnings: 0 });
  assert.deepEqual(mistakes[0], {
    severity: 'error',
    setting: 'adress',
    at: { line: 2, column: 3 },
    message: { en: 'There is no such setting. Did you mean "address"?', zh: '没有这个设置。是否想写 "address"？' },
  });
  assert.equal((await run(['check', 'nothing-here.json'])).code, 3);
  assert.match((await run(['explain'])).err, /config_invalid/);
});

test('explain says meaning, value, default and origin of one setting, of some, or of all', async () => {
  writeFileSync(file, '{"backup": {"everyMinutes": 60}}');
  const one = await run(['explain', 'backup.everyMinutes']);
  assert.equal(
    one.out,
    'backup.everyMinutes\n    How often a backup is made\n    = 60  (from holdfast.json)\n    default: by command only\n    HOLDFAST_BACKUP__EVERY_MINUTES\n',
  );
  const some = JSON.parse((await run(['explain', 'tls', '--json'])).out) as { setting: string }[];
  assert.ok(some.length === 13 && some.every(({ setting }) => setting.startsWith('tls.')));
  assert.match((await run(['explain', 'port', '--lang', 'zh'], { HOLDFAST_PORT: '1' })).out, /= 1 {2}\(来自环境变量\)/);
  const unknown = await run(['explain', 'bakcup']);
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /backup/);
});
