// Preflight finds each fault that is planted in a machine and nothing on a good one; what it asks of a real one is asked for real.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Machine, type PreflightPlan, preflight, thisMachine } from './preflight.ts';

const good: Machine = {
  platform: 'linux',
  architecture: 'x64',
  threads: 4,
  cpuFlags: () => ['fpu', 'sse4_2', 'avx2'],
  memoryMb: () => ({ total: 8_000, available: 6_000 }),
  disk: () => ({ freeMb: 100_000, kind: 0xef53 }),
  isWritable: () => true,
  fsyncMs: () => 0.8,
  isClockFollowing: async () => true,
  resolve: async () => ({ addresses: ['10.0.0.5'] }),
  ownAddresses: () => ['127.0.0.1', '10.0.0.5'],
  port: async () => 'free',
  glibc: () => '2.36',
};
const plan: PreflightPlan = {
  folder: '/srv/holdfast',
  existing: { keys: false, database: false, running: false },
  onPostgres: false,
  name: 'cdp.example.com',
  ports: [{ address: '0.0.0.0', port: 7700 }],
  nowMs: Date.UTC(2027, 1, 3),
  builtAtMs: Date.UTC(2027, 0, 1),
};

type Planted = [
  what: string,
  check: string,
  severity: 'warning' | 'error',
  machine: Partial<Machine>,
  changed?: Partial<PreflightPlan>,
];
const faults: readonly Planted[] = [
  ['another system', 'preflight-system', 'warning', { platform: 'darwin' }],
  ['an old glibc', 'preflight-system', 'error', { glibc: () => '2.17' }],
  ['no glibc', 'preflight-system', 'error', { glibc: () => undefined }],
  ['a processor without SSE4.2', 'preflight-cpu', 'error', { cpuFlags: () => ['fpu', 'avx2'] }],
  ['a processor without AVX2', 'preflight-cpu', 'warning', { cpuFlags: () => ['sse4_2'] }],
  ['one core', 'preflight-cpu', 'warning', { threads: 1 }],
  ['little memory', 'preflight-memory', 'error', { memoryMb: () => ({ total: 900, available: 700 }) }],
  ['memory that others use', 'preflight-memory', 'warning', { memoryMb: () => ({ total: 8_000, available: 400 }) }],
  ['a full disk', 'preflight-disk', 'error', { disk: () => ({ freeMb: 300, kind: 0xef53 }) }],
  ['a small disk', 'preflight-disk', 'warning', { disk: () => ({ freeMb: 9_000, kind: 0xef53 }) }],
  ['a disk that takes long', 'preflight-fsync', 'warning', { fsyncMs: () => 60 }],
  ['a disk that takes very long', 'preflight-fsync', 'error', { fsyncMs: () => 900 }],
  ['NFS', 'preflight-file-system', 'error', { disk: () => ({ freeMb: 100_000, kind: 0x6969 }) }],
  [
    'CIFS, as a number with a sign',
    'preflight-file-system',
    'error',
    { disk: () => ({ freeMb: 100_000, kind: 0xff534d42 | 0 }) },
  ],
  [
    'NFS beside PostgreSQL',
    'preflight-file-system',
    'warning',
    { disk: () => ({ freeMb: 100_000, kind: 0x6969 }) },
    { onPostgres: true },
  ],
  ['memory as a disk', 'preflight-file-system', 'error', { disk: () => ({ freeMb: 100_000, kind: 0x01021994 }) }],
  ['a container without a volume', 'preflight-file-system', 'warning', { disk: () => ({ freeMb: 100_000, kind: 0x794c7630 }) }],
  ['a folder of somebody else', 'preflight-file-system', 'error', { isWritable: () => false }],
  ['a clock of 1970', 'preflight-clock', 'error', {}, { nowMs: 0 }],
  ['a clock far ahead', 'preflight-clock', 'error', {}, { nowMs: Date.UTC(2099, 0, 1) }],
  ['a clock that follows nobody', 'preflight-clock', 'warning', { isClockFollowing: async () => false }],
  ['a name that nobody knows', 'preflight-name', 'error', { resolve: async () => 'unknown_name' }],
  ['a name server that is silent', 'preflight-name', 'error', { resolve: async () => 'no_answer' }],
  ['a name of another machine', 'preflight-name', 'warning', { resolve: async () => ({ addresses: ['10.9.9.9'] }) }],
  ['a port in use', 'preflight-port-7700', 'error', { port: async () => 'in_use' }],
  ['a port for root alone', 'preflight-port-7700', 'error', { port: async () => 'not_permitted' }],
  ['an address of elsewhere', 'preflight-port-7700', 'error', { port: async () => 'not_ours' }],
  ['a database without keys', 'preflight-existing', 'error', {}, { existing: { keys: false, database: true, running: false } }],
];

describe('preflight', () => {
  test('has nothing to say of a good machine', async () => {
    const found = await preflight(good, plan);
    assert.deepEqual(
      found.filter(({ severity }) => severity !== 'ok'),
      [],
    );
    assert.equal(new Set(found.map(({ check }) => check)).size, 10, 'one finding of each check');
  });

  for (const [what, check, severity, machine, changed] of faults)
    test(`finds ${what}, alone, and says what to do`, async () => {
      const found = (await preflight({ ...good, ...machine }, { ...plan, ...changed })).filter((one) => one.severity !== 'ok');
      assert.deepEqual(
        found.map((one) => [one.check, one.severity]),
        [[check, severity]],
      );
      assert.ok(found[0]!.next!.en.length > 10 && /[\u4e00-\u9fff]/.test(found[0]!.next!.zh));
      assert.match(found[0]!.message.zh, /[\u4e00-\u9fff]/);
    });

  test('a port that the node itself holds is none in use, and keys beside data are kept', async () => {
    const existing = { keys: true, database: true, running: true };
    const found = await preflight({ ...good, port: async () => 'in_use' }, { ...plan, existing });
    assert.ok(found.every(({ severity }) => severity === 'ok'));
  });

  test('asks this machine, and leaves nothing behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-preflight-'));
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const { port } = server.address() as { port: number };
      assert.equal(await thisMachine.port('127.0.0.1', port), 'in_use');
      assert.equal(await thisMachine.port('192.0.2.1', 0), 'not_ours');
      assert.ok((thisMachine.fsyncMs(folder) ?? -1) >= 0);
      assert.ok(thisMachine.disk(folder)!.freeMb >= 0);
      assert.ok(thisMachine.memoryMb().total > 0);
      assert.ok(thisMachine.ownAddresses().includes('127.0.0.1'));
      await preflight(thisMachine, { ...plan, folder: join(folder, 'not', 'there'), name: undefined, ports: [] });
      assert.deepEqual(readdirSync(folder), []);
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
