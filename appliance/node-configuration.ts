// Settings that are not as they were when the node last opened go into the audit log by their names.

import { blindIndex } from '../crypto/blind-index.ts';
import type { Config } from './core/config.ts';
import type { Ports } from './core/ports.ts';
import { noteChanges } from './core/settings/changes.ts';
import type { OpenNode } from './node.ts';

type Parts = { folder: string; config: Config; ports: Ports };

/** What it cannot note (a full disk, a log that is broken) holds nothing up: it is noted at the next start. */
export async function noteConfiguration(
  { vault, audit }: OpenNode,
  { folder, config, ports }: Parts,
  failed: (what: string, error: unknown) => void,
): Promise<void> {
  const digest = (setting: string, text: string) =>
    blindIndex(vault.indexKey('configuration'), 'configuration', `${setting}\n${text}`).toString('hex');
  try {
    await noteChanges({ folder, config, env: process.env, nowMs: ports.clock.nowMs(), digest }, async (fields) => {
      await audit.append({
        actor: 'system',
        action: 'configuration.change',
        outcome: 'done',
        target: 'configuration',
        fields,
      });
    });
  } catch (error) {
    failed('configuration', error);
  }
}
