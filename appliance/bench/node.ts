// A whole node in a process of its own for benchmarks: initialised in a temporary folder, unsealed, with one source.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemPorts } from '../core/ports.ts';
import { initFolder } from '../lifecycle.ts';
import { start } from './bench.ts';

export type BenchNode = {
  url: string;
  writeKey: string;
  accessToken: string;
  folder: string;
  pid: number;
  peakMemoryMB(): number;
  stop(): Promise<void>;
};

export const passphrase = 'benchmark passphrase';

/** @param folder a temporary folder; the node's data goes into `data` inside it, and stays for a second start */
export async function startNode(folder: string, config: object = {}): Promise<BenchNode> {
  const data = join(folder, 'data');
  const { accessToken } = await initFolder(data, { passphrase, config: { port: 0, ...config } }, systemPorts);
  writeFileSync(join(folder, 'passphrase'), passphrase, { mode: 0o600 });
  const node = await restartNode(folder, accessToken);
  const answer = await fetch(new URL('/api/sources', node.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ name: 'bench', kind: 'server' }),
  });
  const { writeKey } = (await answer.json()) as { writeKey: string };
  return { ...node, writeKey };
}

export async function restartNode(folder: string, accessToken: string): Promise<BenchNode> {
  const data = join(folder, 'data');
  const child = await start([new URL('./serve.ts', import.meta.url).pathname, data], {
    HOLDFAST_PASSPHRASE_FILE: join(folder, 'passphrase'),
  });
  const { url } = JSON.parse(child.firstLine) as { url: string };
  return {
    url,
    writeKey: '',
    accessToken,
    folder: data,
    pid: child.process.pid!,
    peakMemoryMB: child.peakMemoryMB,
    stop: child.stop,
  };
}
