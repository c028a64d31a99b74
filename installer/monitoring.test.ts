// The dashboard, the alerts and the table of figures against a node that runs: no name in them that it does not have, and no figure that nobody explains.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { openTestNode, type TestNode } from '../appliance/testing.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, 'monitoring', name), 'utf8');
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const noPromtool = hasPromtool ? false : 'promtool (Debian: prometheus) is not installed';

type Panel = {
  title: string;
  type: string;
  targets?: { expr: string }[];
  gridPos: { x: number; y: number; w: number; h: number };
};

describe('monitoring', () => {
  let node: TestNode;
  let figures: { name: string; type: string; help: string }[];
  before(async () => {
    node = await openTestNode();
    figures = await node.app.metrics.names();
  });
  after(() => node.close());

  /** As a query may name them. */
  const names = () =>
    new Set(
      figures.flatMap(({ name, type }) =>
        type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
      ),
    );
  const named = (expression: string) => expression.match(/\b(?:holdfast|process|nodejs)_[a-z0-9_]+/g) ?? [];

  test('every figure of the dashboard is one that the node has', () => {
    const { panels } = JSON.parse(read('dashboard.json')) as { panels: Panel[] };
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    assert.ok(expressions.length > 30);
    for (const expression of expressions) {
      assert.ok(named(expression).length > 0, expression);
      assert.deepEqual(
        named(expression).filter((name) => !names().has(name)),
        [],
        expression,
      );
    }
    for (const [at, one] of panels.entries())
      for (const other of panels.slice(at + 1)) {
        const [a, b] = [one.gridPos, other.gridPos];
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        assert.ok(apart, `${one.title} lies over ${other.title}`);
      }
  });

  test('every figure of the alerts is one that the node has, and each says what to do', () => {
    type Rule = { alert: string; expr: string; labels: { severity: string }; annotations: { summary: string; action: string } };
    const { groups } = parse(read('alerts.yaml')) as { groups: { rules: Rule[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    assert.ok(rules.length > 10);
    for (const { alert, expr, labels, annotations } of rules) {
      assert.deepEqual(
        named(expr).filter((name) => !names().has(name)),
        [],
        alert,
      );
      assert.ok(['page', 'ticket'].includes(labels.severity), alert);
      assert.ok(annotations.summary && annotations.action, alert);
    }
  });

  test('docs/observability.md has each figure in its table, and none that is not there', () => {
    const text = readFileSync(join(import.meta.dirname, '..', 'docs', 'observability.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `((?:holdfast|process|nodejs)_[a-z0-9_]+)` \| (\w+) \|/gm)];
    const known = new Map(figures.map(({ name, type }) => [name, type]));
    assert.deepEqual(new Map(rows.map(([, name, type]) => [name!, type!])), new Map([...known].sort()));
  });

  test('promtool finds nothing in the figures', { skip: noPromtool }, async () => {
    await node.send([{ type: 'track', event: 'Order', userId: 'u1', messageId: 'm1' }]);
    const { body } = await node.app.http.inject('/metrics');
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' });
    assert.equal(`${stdout}${stderr}`, '');
    assert.equal(status, 0);
  });

  test('promtool accepts the rules, and they fire when they should', { skip: noPromtool }, () => {
    const cwd = join(import.meta.dirname, 'monitoring');
    for (const command of [
      ['check', 'rules', 'alerts.yaml'],
      ['test', 'rules', 'alerts.test.yaml'],
    ]) {
      const { status, stdout, stderr } = spawnSync('promtool', command, { cwd, encoding: 'utf8' });
      assert.equal(status, 0, `${command.join(' ')}: ${stdout}${stderr}`);
    }
  });
});
