// onnxruntime's sender of what programs do: not there in any process that runs a model, while it is there without our switch (so that this can fail).

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const child = fileURLToPath(new URL('./silent.child.ts', import.meta.url));
const noProc = existsSync('/proc/self/fd') ? false : 'open files are read from /proc';

type Held = { here: string[]; own: string[] };

/** Runs the sessions with a home folder of their own and nothing else in the environment: a sender keeps still where it sees CI. */
async function held(...args: string[]): Promise<Held & { home: string[] }> {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-home-'));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [child, ...args], { env: { HOME: home }, timeout: 60_000 });
    return { ...(JSON.parse(stdout) as Held), home: readdirSync(home, { recursive: true }).map(String) };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const isSender = (path: string) => /onnxruntime\.db|deviceid/.test(path);

describe('what runs models tells nobody', { skip: noProc }, () => {
  test('neither in the node, nor in its threads, nor in the process of a model that a customer brought', async () => {
    const { here, own, home } = await held();
    assert.ok(here.length > 3 && own.length > 3);
    assert.deepEqual(here.filter(isSender), []);
    assert.deepEqual(own.filter(isSender), []);
    assert.deepEqual(home, []);
  });

  test('without the switch the library does: the files above are the ones to look for', async () => {
    const { here, home } = await held('loud');
    assert.ok(here.some(isSender), here.join(' '));
    assert.ok(home.some(isSender), home.join(' '));
  });
});
