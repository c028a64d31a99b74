// Backups in the console: made, verified and pruned by an administrator, followed while they run, and told to whoever may only look; a node without a
// place for them says what to set.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openTestNode, type TestNode } from '../../testing.ts';
import { assertQuiet, shot, takeSeat } from './testing-seat.ts';

const home = mkdtempSync(join(tmpdir(), 'holdfast-console-backups-'));
const target = join(home, 'target');
let node: TestNode;
let url: string;
before(async () => {
  node = await openTestNode({ config: { backup: { to: target } } });
  url = await node.listen();
});
after(async () => {
  await node?.close();
  rmSync(home, { recursive: true, force: true });
});

browserTest('an administrator backs up, verifies and prunes, and sees how it stands', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['administrator'] });
  const { page } = seat;
  const act = async (name: string) => {
    await page.getByRole('button', { name, exact: true }).first().click();
    await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await node.app.node().backups.settled();
  };
  await seat.open('/backups');
  await page.getByText(target).waitFor();
  await page.getByText('No snapshot yet').waitFor();
  await page.getByText('never', { exact: true }).waitFor();
  await act('Back up now');
  await page.getByText(node.app.node().backups.view().last!.id).waitFor();
  await act('Verify');
  await page.getByText('none', { exact: true }).waitFor({ state: 'hidden' });
  await act('Prune');
  writeFileSync(
    join(node.folder, 'restore-test.json'),
    JSON.stringify({ atMs: 1_790_000_000_000, ok: true, snapshot: 'x', snapshotAtMs: 1_790_000_000_000, tookMs: 5 }),
  );
  await seat.open('/backups');
  await page.getByText('passed', { exact: true }).waitFor();
  await shot(page, 'backups-administrator-en');
  assert.equal(node.app.node().backups.view().job?.kind, 'prune');
  assertQuiet(seat);
});

browserTest('an auditor looks in Chinese and is offered nothing', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['auditor'], language: 'zh' });
  const { page } = seat;
  await seat.open('/backups');
  await page.getByText('恢复演练').waitFor();
  await page.getByText('通过', { exact: true }).waitFor();
  assert.equal(await page.getByRole('button', { name: '立即备份' }).count(), 0);
  await shot(page, 'backups-auditor-zh');
  assertQuiet(seat);
});

browserTest('without a place it says what to set', async (t) => {
  const bare = await openTestNode();
  t.after(() => bare.close());
  const seat = await takeSeat(t, bare, await bare.listen(), { roles: ['administrator'] });
  await seat.open('/backups');
  await seat.page.getByText('No place for backups is set').waitFor();
  assert.equal(await seat.page.getByRole('button', { name: 'Back up now' }).count(), 0);
  assertQuiet(seat);
});
