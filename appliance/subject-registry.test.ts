// Every table of every migration has somebody who answers for what it holds about customers, or a reason why it holds nothing. A new table
// fails here until its slice registers, or says so.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { migrations } from './node.ts';
import { nothingAboutSubjects } from './oversee/subjects/subjects.ts';
import { openTestNode } from './testing.ts';

const node = await openTestNode();
after(() => node.close());

/** As they stand after all migrations ran. */
function tablesOf(sql: string): string[] {
  return [...sql.matchAll(/\bCREATE TABLE (?:IF NOT EXISTS )?(\w+)/g)].map(([, name]) => name!);
}
const tables = [...new Set(migrations.flatMap(({ sqlite }) => tablesOf(sqlite)))].sort();

test('each table is answered for once', () => {
  assert.ok(tables.length > 20);
  assert.deepEqual(node.app.node().subjects.registry.unanswered(tables), []);
});

test('a table that nobody answers for is told', () => {
  assert.deepEqual(node.app.node().subjects.registry.unanswered([...tables, 'wishes']), ['wishes']);
});

test('reasons are given for tables that exist, and holders name no others', () => {
  const named = node.app.node().subjects.registry.holders.flatMap((holder) => holder.tables);
  for (const table of [...Object.keys(nothingAboutSubjects), ...named]) assert.ok(tables.includes(table), table);
  for (const reason of Object.values(nothingAboutSubjects)) assert.ok(reason.length > 10);
});
