// What doctor says of upgrades: one that waits or failed, and the snapshot that is kept.

import type { Finding } from '../../../core/store/store.ts';
import { readJournal, type Schema } from './journal.ts';

const said = { check: 'upgrade', name: { en: 'Upgrade', zh: '升级' } };
const dateOf = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')}Z`;
const schema = ({ newest }: Schema) => String(newest);

export function upgradeFindings(folder: string): Finding[] {
  const { running, last, kept } = readJournal(folder);
  const found: Finding[] = [];
  if (running)
    found.push({
      ...said,
      severity: 'warning',
      message: {
        en: `An upgrade to schema ${schema(running.to)} waits: the node has to be opened once to look at the result.`,
        zh: `升级（数据结构 ${schema(running.to)}）尚未完成：需解封一次节点以检查结果。`,
      },
      next: {
        en: 'Unseal the node. If the look finds anything wrong, the data go back to what they were by themselves.',
        zh: '请解封节点。若检查发现问题，数据会自动恢复为升级前的状态。',
      },
    });
  if (last?.outcome === 'rolled_back')
    found.push({
      ...said,
      severity: 'warning',
      message: {
        en: `The upgrade of ${dateOf(last.endedAtMs)} failed at the step ${last.cause?.step} (${last.cause?.code}); the data are those from before it.`,
        zh: `${dateOf(last.endedAtMs)} 的升级在步骤 ${last.cause?.step} 失败（${last.cause?.code}）；数据已恢复为升级前的状态。`,
      },
      next: {
        en: 'See docs/upgrading.md for the step; mend the cause, then "holdfast upgrade" with the newer version.',
        zh: '各步骤说明见 docs/upgrading.md；排除原因后，用新版本执行 "holdfast upgrade"。',
      },
    });
  if (kept)
    found.push({
      ...said,
      severity: 'ok',
      message: {
        en: `The state from before the upgrade of ${dateOf(kept.madeAtMs)} is kept until ${dateOf(kept.untilMs)}, or until somebody is erased.`,
        zh: `${dateOf(kept.madeAtMs)} 升级前的状态保留至 ${dateOf(kept.untilMs)}；期间若有人被删除，则立即清除。`,
      },
    });
  return found;
}
