// docs/configuration.md and the schema file say what the program says.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { configDocs, configDocsPath, configSchemaFile, configSchemaPath } from './config-docs.ts';
import { projectRoot } from './files.ts';

const committed = (path: string) => readFileSync(join(projectRoot, path), 'utf8');

test('the page and the schema are those of the program', () => {
  assert.equal(committed(configDocsPath), configDocs(), 'run npm run docs:config');
  assert.deepEqual(JSON.parse(committed(configSchemaPath)), JSON.parse(configSchemaFile()), 'run npm run docs:config');
});

test('the schema file refuses what the node refuses', () => {
  const check = new Ajv2020({ strict: false }).compile(JSON.parse(committed(configSchemaPath)) as object);
  assert.ok(check({ port: 7700, backup: { to: '/mnt', keep: { daily: 7 } } }));
  for (const wrong of [{ prot: 1 }, { port: 'x' }, { storePassword: 'text' }, { storePassword: { file: 'a', env: 'B' } }])
    assert.ok(!check(wrong), JSON.stringify(wrong));
});
