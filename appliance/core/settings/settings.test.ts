// The settings as one list: words for each, variables by one rule, every mistake with its place, no secret in the file and none in what is said, changes
// between starts by name.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { configFile, defaultConfig, parseConfig, readConfig } from '../config.ts';
import { readSecret } from '../model/secret-reference.ts';
import { lastChanged, noteChanges, seenFile } from './changes.ts';
import { checkConfig } from './check.ts';
import { brokenAt } from './positions.ts';
import { allSettings, explain } from './settings.ts';
import { settingWords } from './words.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-settings-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const canary = 'Quibblewick-7731';
const said = (text: string, env = {}) =>
  checkConfig(text, env).mistakes.map(({ severity, setting, at, variable, message }) => {
    assert.ok(message.en.length > 0 && message.zh.length > 0);
    return [severity, setting, at ? `${at.line}:${at.column}` : (variable ?? ''), message.en] as const;
  });

test('each setting has its words, and no words are of none', () => {
  assert.deepEqual(Object.keys(settingWords).sort(), allSettings.map(({ path }) => path).sort());
  for (const [path, { meaning, absent }] of Object.entries(settingWords)) {
    assert.ok(meaning.en && meaning.zh, path);
    const [top] = path.split('.');
    assert.ok(absent || top! in defaultConfig, `${path} does not say what holds when it is absent`);
  }
});

test('no two settings have one variable', () => {
  const variables = allSettings.map(({ variable }) => variable);
  assert.equal(new Set(variables).size, variables.length);
  assert.ok(variables.includes('HOLDFAST_BACKUP__EVERY_MINUTES'));
});

test('every mistake is told with its line and column, and what was meant', () => {
  const text = `{
  "prot": 7700,
  "region": "China",
  "tls": { "minVersion": "1.1" },
  "backup": {
    "to": "/mnt/backup", "everyminutes": 60,
    "everyMinutes": "60"
  },
  "erasureTargets": [{ "name": "mail" }]
}`;
  assert.deepEqual(said(text), [
    ['error', 'prot', '2:3', 'There is no such setting. Did you mean "port"?'],
    ['error', 'region', '3:13', 'It does not have the form that is asked for: ^[A-Z]{2}$'],
    ['error', 'tls.minVersion', '4:26', 'It must be one of "1.2", "1.3".'],
    ['error', 'backup.everyminutes', '6:26', 'There is no such setting. Did you mean "everyMinutes"?'],
    ['error', 'backup.everyMinutes', '7:21', 'It must be a whole number.'],
    ['error', 'erasureTargets.0', '9:22', '"url" is missing.'],
  ]);
});

test('a setting that is given twice, one that belongs elsewhere, and what the schema cannot say are told', () => {
  assert.deepEqual(said('{"port": 1,\n "port": 2}'), [
    ['error', 'port', '2:2', 'This setting is given twice; only the last would count.'],
  ]);
  assert.match(said('{"everyMinutes": 5}')[0]![3], /"backup\.everyMinutes"/);
  const text = '{"timeZone": "Mars",\n "computedTraits": [{"name": "a", "event": "b", "operation": "sum"}]}';
  assert.deepEqual(
    said(text).map(([, setting, at]) => [setting, at]),
    [
      ['timeZone', '1:14'],
      ['computedTraits.0', '2:21'],
    ],
  );
});

test('a text that is no JSON is told from where', () => {
  for (const [text, line, column] of [
    ['not JSON', 1, 2],
    ['{\n "port": tru}', 2, 13],
    ['{"a": 1,}', 1, 9],
    ['{\n "a": 1\n "b": 2}', 3, 2],
    ['', 1, 1],
    ['{"a": "open', 1, 12],
    ['{"a": 1} more', 1, 10],
    [`{\n\t'a': 1}`, 2, 2],
  ] as const)
    assert.deepEqual(brokenAt(text), { line, column }, text);
  assert.equal(said('{')[0]![3], `From here on ${configFile} is not JSON.`);
});

test('the environment counts over the file, each setting by its variable, and says so', () => {
  const env = {
    HOLDFAST_PORT: '7801',
    HOLDFAST_REGION: 'DE',
    HOLDFAST_BACKUP__KEEP__DAILY: '3',
    HOLDFAST_TRUSTED_PROXIES: '["::1"]',
  };
  writeFileSync(join(folder, configFile), '{"port": 7800, "backup": {"to": "/mnt", "keep": {"daily": 9, "weekly": 4}}}');
  const config = readConfig(folder, env);
  assert.deepEqual(
    [config.port, config.region, config.backup, config.trustedProxies],
    [7801, 'DE', { to: '/mnt', keep: { daily: 3, weekly: 4 } }, ['::1']],
  );
  const checked = checkConfig(readFileSync(join(folder, configFile), 'utf8'), env);
  const told = new Map(explain(checked.config!, checked.set).map((one) => [one.setting, one]));
  assert.deepEqual(
    ['port', 'backup.keep.daily', 'backup.keep.weekly', 'address', 'fourEyes'].map((path) => [
      told.get(path)!.from,
      told.get(path)!.value,
    ]),
    [
      ['environment', 7801],
      ['environment', 3],
      ['file', 4],
      ['default', '127.0.0.1'],
      ['default', undefined],
    ],
  );
  assert.throws(() => readConfig(folder, { HOLDFAST_PORT: '99999' }), /HOLDFAST_PORT/);
  assert.throws(() => readConfig(folder, { HOLDFAST_PORT: 'many' }), /HOLDFAST_PORT is not JSON/);
  assert.deepEqual(said('{}', { HOLDFAST_REGON: 'DE', HOLDFAST_HOME: '/x', HOLDFAST_PORT: '0x1' }), [
    ['error', 'port', 'HOLDFAST_PORT', 'The variable is not JSON.'],
    ['warning', '', 'HOLDFAST_REGON', 'No setting has this variable. Did you mean "HOLDFAST_REGION"?'],
  ]);
});

test('what Kubernetes says of a service of this name sets nothing', () => {
  const links = {
    HOLDFAST_PORT: 'tcp://10.0.0.7:7700',
    HOLDFAST_SERVICE_HOST: '10.0.0.7',
    HOLDFAST_PORT_7700_TCP: 'tcp://10.0.0.7:7700',
  };
  assert.deepEqual(said('{}', links), []);
  assert.equal(readConfig(join(folder, 'nothing'), links).port, defaultConfig.port);
});

test('a proxy that is none, and one that is everybody, are refused by their setting', () => {
  const nets = ['10.0.0.0/8', '::1', '192.0.2.1', '2001:db8::/32', '0.0.0.0/0', '10.0.0.0/33', '1.2.3'];
  assert.deepEqual(
    said(JSON.stringify({ trustedProxies: nets })).map(([, setting]) => setting),
    ['trustedProxies.4', 'trustedProxies.5', 'trustedProxies.6'],
  );
});

test('a secret that stands in the configuration is refused, and is in no message', () => {
  const written = [
    `{"store": "postgres://holdfast:${canary}@db/cdp"}`,
    `{"store": "postgres://holdfast@db/cdp?password=${canary}"}`,
    `{"storePassword": "${canary}"}`,
    `{"directory": {"oidc": {"issuer": "https://a", "clientId": "b", "clientSecret": "${canary}"}}}`,
    `{"backup": {"to": "s3://bucket", "s3": {"endpoint": "https://a", "secretAccessKey": "${canary}"}}}`,
    `{"erasureTargets": [{"name": "mail", "url": "https://me:${canary}@mail/erase"}]}`,
    `{"tls": {"certificate": "a", "key": "-----BEGIN PRIVATE KEY-----${canary}"}}`,
    `{"passphrase": "${canary}"}`,
  ];
  for (const text of written) {
    const mistakes = said(text);
    assert.ok(
      mistakes.some(([severity, , at]) => severity === 'error' && at.startsWith('1:')),
      text,
    );
    assert.ok(!JSON.stringify(checkConfig(text, {}).mistakes).includes(canary), text);
    assert.throws(
      () => parseConfig(JSON.parse(text)),
      (error: Error & { code?: string }) => error.code === 'config_invalid' && !String(error.message).includes(canary),
      text,
    );
  }
  parseConfig({ store: 'postgres://holdfast@db/cdp?host=/run', storePassword: { credential: 'db' } });
  parseConfig({ computedTraits: [{ name: 'n', event: 'e', operation: 'count', where: { token: 'x' } }] });
});

test('a secret is fetched from a file, a variable or a credential, and what is missing is said by its setting', () => {
  writeFileSync(join(folder, 'secret'), `${canary}\n`);
  assert.equal(readSecret({ file: 'secret' }, '/storePassword', folder, {}), canary);
  assert.equal(readSecret({ env: 'A' }, '/storePassword', folder, { A: canary }), canary);
  assert.equal(readSecret({ credential: 'secret' }, '/storePassword', '/', { CREDENTIALS_DIRECTORY: folder }), canary);
  for (const reference of [{ file: 'none' }, { env: 'NONE' }, { credential: 'none' }])
    assert.throws(() => readSecret(reference, '/storePassword', folder, {}), {
      code: 'config_invalid',
      where: /^\/storePassword/,
    });
});

test('what changed between two starts is told by name, a replaced secret too, and the folder keeps no secret', async () => {
  const told: string[][] = [];
  const start = (config: object, nowMs: number) =>
    noteChanges(
      {
        folder,
        config: parseConfig(config),
        env: {},
        nowMs,
        digest: (setting, text) => createHash('sha256').update(`${setting}\n${text}`).digest('hex'),
      },
      async (settings) => void told.push([...settings]),
    );
  const config = { store: 'postgres://holdfast@db/cdp', storePassword: { file: 'secret' }, region: 'DE' };
  assert.equal(await start(config, 1), undefined);
  assert.deepEqual(await start(config, 2), []);
  assert.deepEqual(await start({ ...config, region: 'CN', port: 7 }, 3), ['port', 'region']);
  writeFileSync(join(folder, 'secret'), 'another secret');
  assert.deepEqual(await start({ ...config, region: 'CN', port: 7 }, 4), ['storePassword.file']);
  assert.deepEqual(told, [['port', 'region'], ['storePassword.file']]);
  assert.deepEqual(lastChanged(folder), { atMs: 4, settings: ['storePassword.file'] });
  assert.ok(!readFileSync(join(folder, seenFile), 'utf8').includes('another secret'));
});
