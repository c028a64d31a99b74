import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from './files.ts';

const fetched = existsSync(join(projectRoot, 'node_modules', 'electron', 'path.txt'));

for (const [language, words] of [
  [
    'en_GB.UTF-8',
    /Electron's binary could not be fetched.*not started\.\nOpen the same console in a browser.*127\.0\.0\.1:7700/s,
  ],
  ['zh_CN.UTF-8', /未能获取 Electron 程序.*桌面控制台未启动。\n可在浏览器中使用同一控制台.*127\.0\.0\.1:7700/s],
] as const) {
  test(`npm run console where Electron's binary cannot be had: says so, opens nothing, fails (${language})`, {
    skip: fetched && 'the binary is here',
  }, () => {
    const nowhere = 'http://127.0.0.1:9/';
    const { status, stderr } = spawnSync(process.execPath, [join(projectRoot, 'scripts', 'console.mjs')], {
      encoding: 'utf8',
      env: {
        ...process.env,
        LC_ALL: language,
        ELECTRON_MIRROR: nowhere,
        electron_config_cache: join(projectRoot, 'tmp', 'no-electron'),
      },
    });
    assert.equal(status, 1, stderr);
    assert.match(stderr, words);
  });
}
