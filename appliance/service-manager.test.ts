// The node under a service manager: a socket that was opened for it, word that it is ready and alive, and a stop that is announced. The manager is
// played by this test: it binds the socket, hands it on as number 3, and a program in place of systemd-notify writes down what it was told.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { systemPorts } from './core/ports.ts';
import { initFolder } from './lifecycle.ts';
import { serviceManager, socketGiven, watchdogMs } from './service-manager.ts';

describe('what the environment says', () => {
  test('a socket is ours only when it names this process', () => {
    assert.equal(socketGiven({ LISTEN_PID: '7', LISTEN_FDS: '1' }, 7), 3);
    assert.equal(socketGiven({ LISTEN_PID: '8', LISTEN_FDS: '1' }, 7), undefined);
    assert.equal(socketGiven({ LISTEN_FDS: '1' }, 7), undefined);
    assert.equal(socketGiven({ LISTEN_PID: '7', LISTEN_FDS: '0' }, 7), undefined);
    assert.equal(socketGiven({ LISTEN_PID: '7' }, 7), undefined);
  });

  test('of two sockets one would stay unanswered, so the start is refused', () => {
    assert.throws(() => socketGiven({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 7), { code: 'port_in_use' });
  });

  test('the watchdog is fed twice in its time, by the process that it watches', () => {
    assert.equal(watchdogMs({ WATCHDOG_USEC: '60000000' }, 7), 30_000);
    assert.equal(watchdogMs({ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '8' }, 7), undefined);
    assert.equal(watchdogMs({}, 7), undefined);
    assert.equal(watchdogMs({ WATCHDOG_USEC: 'soon' }, 7), undefined);
  });
});

describe('messages', () => {
  test('ready, then alive again and again, then stopping, and nothing after it', (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const sent: string[] = [];
    const manager = serviceManager({ NOTIFY_SOCKET: '/s', WATCHDOG_USEC: '2000000' }, 7, (lines) => sent.push(lines.join(' ')));
    t.mock.timers.tick(5_000);
    assert.deepEqual(sent, []);
    manager.busy('upgrade: snapshot');
    assert.deepEqual(sent.splice(0), ['STATUS=upgrade: snapshot EXTEND_TIMEOUT_USEC=3600000000']);
    manager.ready('sealed on http://127.0.0.1:7700');
    t.mock.timers.tick(2_000);
    manager.stopping();
    t.mock.timers.tick(5_000);
    assert.deepEqual(sent, ['READY=1 STATUS=sealed on http://127.0.0.1:7700', 'WATCHDOG=1', 'WATCHDOG=1', 'STOPPING=1']);
  });

  test('without a manager nobody is told anything', () => {
    const sent: unknown[] = [];
    const manager = serviceManager({ WATCHDOG_USEC: '2000000' }, 7, (lines) => sent.push(lines));
    manager.ready('open');
    manager.stopping();
    assert.deepEqual(sent, []);
  });
});

describe('a process that was handed its socket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-manager-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('serves on it, says so, and says that it stops', async () => {
    const data = join(folder, 'data');
    await initFolder(data, { passphrase: 'a passphrase of a test node' }, systemPorts);
    const told = join(folder, 'told');
    writeFileSync(told, '');
    const messenger = join(folder, 'systemd-notify');
    writeFileSync(messenger, `#!/bin/sh\nprintf '%s\\n' "$@" >>'${told}'\n`);
    chmodSync(messenger, 0o755);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
    // The shell knows its own number before it becomes the node, as a service manager does.
    const start = 'LISTEN_PID=$$ exec "$0" "$@"';
    const main = join(import.meta.dirname, 'main.ts');
    const child = spawn('/bin/sh', ['-c', start, process.execPath, main, 'serve', '--data', data, '--json', '--port', '1'], {
      stdio: ['ignore', 'pipe', 'inherit', fd],
      env: {
        ...process.env,
        PATH: `${folder}${delimiter}${process.env.PATH}`,
        LISTEN_FDS: '1',
        NOTIFY_SOCKET: '/run/none',
        WATCHDOG_USEC: '200000',
      },
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    try {
      const line = await new Promise<string>((resolve, reject) => {
        child.stdout!.once('data', (bytes: Buffer) => resolve(bytes.toString('utf8')));
        child.once('close', () => reject(new Error('the node ended before it served')));
      });
      const { url } = JSON.parse(line.split('\n')[0]!) as { url: string };
      assert.equal(url, `http://127.0.0.1:${port}`);
      assert.equal((JSON.parse(readFileSync(join(data, 'node.json'), 'utf8')) as { url: string }).url, url);
      // Only the child may answer.
      server.close();
      assert.equal((await fetch(`${url}/health/live`)).status, 200);
      const lines = () => readFileSync(told, 'utf8').split('\n');
      await until(told, () => lines().includes('WATCHDOG=1'));
      assert.deepEqual(lines().slice(0, 2), ['READY=1', `STATUS=sealed on ${url}`]);
      child.kill('SIGTERM');
      assert.equal(await ended, 0);
      await until(told, () => lines().includes('STOPPING=1'));
    } finally {
      child.kill('SIGKILL');
      server.close();
    }
  });
});

/** Waits until a file says what is awaited. */
async function until(path: string, holds: () => boolean): Promise<void> {
  const watcher = watch(path);
  try {
    while (!holds()) await new Promise<void>((resolve) => watcher.once('change', () => resolve()));
  } finally {
    watcher.close();
  }
}
