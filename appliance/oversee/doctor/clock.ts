// Whether the clock is right, as far as can be told without asking anybody: it may not stand before what was written already.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../core/store/store.ts';

export type ClockFacts = {
  nowMs: number;
  /** When the newest entry of the audit log was written; undefined where nothing can be read. */
  lastEntryAtMs?: number | undefined;
  /** When the newest file of the data folder was changed, by the file system's own clock. */
  newestFileAtMs?: number | undefined;
};

/** The file system's clock and the machine's may differ by this, as with a network's. */
const toleratedMs = 60_000;
/** From here times of consents, erasures and requests are wrong in a way that matters. */
const graveMs = 3_600_000;

/** When the newest file of a folder was changed; undefined where there is none. */
export async function newestFileMs(folder: string): Promise<number | undefined> {
  const names = await readdir(folder).catch(() => []);
  const times = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(folder, name)).catch(() => undefined);
      return found?.isFile() ? found.mtimeMs : 0;
    }),
  );
  const newest = Math.max(0, ...times);
  return newest === 0 ? undefined : Math.round(newest);
}

export function checkClock({ nowMs, lastEntryAtMs = 0, newestFileAtMs = 0 }: ClockFacts): Finding[] {
  const said = { check: 'clock', name: { en: 'Clock', zh: '时钟' } };
  const byEntry = lastEntryAtMs >= newestFileAtMs;
  const behindMs = Math.max(lastEntryAtMs, newestFileAtMs) - nowMs;
  if (behindMs <= toleratedMs)
    return [
      {
        ...said,
        severity: 'ok',
        message: {
          en: 'Not before what was written already.',
          zh: '不早于已写入的内容。',
        },
      },
    ];
  const minutes = Math.ceil(behindMs / 60_000);
  return [
    {
      ...said,
      severity: behindMs > graveMs ? 'error' : 'warning',
      message: byEntry
        ? {
            en: `It stands ${minutes} minutes before the newest entry of the audit log.`,
            zh: `比审计日志最新一条记录早 ${minutes} 分钟。`,
          }
        : {
            en: `It stands ${minutes} minutes before the newest file of the data folder.`,
            zh: `比数据目录中最新的文件早 ${minutes} 分钟。`,
          },
      next: {
        en: 'Set the clock of this machine and have it follow the time server of your network (timedatectl). If it is right now, it was ahead before: times written then are too late.',
        zh: '请校正本机时钟，并使其与内网时间服务器同步（timedatectl）。若现在的时间正确，则说明此前偏快，那段时间写入的时刻偏晚。',
      },
    },
  ];
}
