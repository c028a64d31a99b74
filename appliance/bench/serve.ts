// Serves a data folder and prints where as one line of JSON: the node that benchmarks and fault tests start, stop and kill.

import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Before the node is loaded, as its own command does.
enableCompileCache(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'holdfast'));
const { systemPorts } = await import('../core/ports.ts');
const { serve } = await import('../lifecycle.ts');

const folder = process.argv[2];
const passphraseFile = process.env.HOLDFAST_PASSPHRASE_FILE;
if (folder === undefined || passphraseFile === undefined) throw new Error('usage: HOLDFAST_PASSPHRASE_FILE=FILE serve.ts FOLDER');

const serving = await serve({
  folder,
  ports: systemPorts,
  secret: { passphrase: readFileSync(passphraseFile, 'utf8').trimEnd() },
  config: { port: 0 },
});
process.stdout.write(`${JSON.stringify({ url: serving.url })}\n`);
process.once('SIGTERM', () => {
  void serving.stop().then(() => process.exit(0));
});
