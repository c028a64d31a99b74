// A node that is only looked at has no way out, and what is left of its configuration is a valid one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apartConfig, waysOut } from './apart-config.ts';
import { parseConfig } from './core/config.ts';

test('of one of several nodes that sends traces, signs with others and is backed up, a copy to look at has none of it', () => {
  const config = parseConfig({
    port: 7811,
    region: 'DE',
    store: 'postgres://holdfast@127.0.0.1/holdfast',
    cluster: { node: 'a' },
    erasureLog: '/mnt/shared/erasures.log',
    auditSink: '/mnt/shared/heads',
    auditSyslog: 'udp://127.0.0.1:514',
    backup: { to: '/mnt/backups', everyMinutes: 60 },
    metrics: { listen: { address: '127.0.0.1', port: 9464 }, open: 'anyone' },
    tracing: { endpoint: 'http://127.0.0.1:4318' },
  });
  const apart = apartConfig(config);
  assert.deepEqual(
    waysOut.filter((name) => name in apart),
    [],
  );
  assert.deepEqual([apart.port, apart.region, apart.store], [7811, 'DE', config.store]);
  // A trial keeps its own list of erasures, which several nodes may not.
  assert.deepEqual(parseConfig({ ...apart, erasureLog: 'erasures.log' }).cluster, undefined);
  assert.equal(config.cluster?.node, 'a');
});
