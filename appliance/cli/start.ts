// `holdfast start`: everything for trying the product out. Makes a node with a passphrase of its own in the data folder,
// loads the sample organisation once, serves, and says where to look.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { systemPorts } from '../core/ports.ts';
import { keyFileExists } from '../core/vault/vault.ts';
import { initFolder, type Serving, serve, tryOutPassphraseFile } from '../lifecycle.ts';
import { loadSample, readSampleMark, type SampleMark, sampleConfiguration } from '../sample-loading.ts';
import type { CliContext } from './context.ts';
import { portOf, untilStopped } from './serve.ts';

type Options = { port?: number; sample: boolean };

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('start')
    .option(
      '--port <number>',
      words({ en: 'port to serve on (else as configured, else 7700)', zh: '服务端口（默认取配置，否则 7700）' }),
      portOf,
    )
    .option('--no-sample', words({ en: 'do not load the sample organisation', zh: '不加载示例机构' }))
    .addHelpText(
      'after',
      words({ en: '\nExample:\n  $ holdfast start --port 7800', zh: '\n示例：\n  $ holdfast start --port 7800' }),
    )
    .action((options: Options) => run(context, options));
}

async function run(context: CliContext, options: Options): Promise<void> {
  const folder = context.dataFolder;
  const passphrase = await passphraseOf(context, folder);
  const serving = await serve({
    folder,
    ports: systemPorts,
    secret: { passphrase },
    config: { ...(options.port !== undefined && { port: options.port }) },
  });
  let mark = readSampleMark(folder);
  try {
    if (options.sample) mark ??= await load(context, serving);
  } catch (error) {
    await serving.stop();
    throw error;
  }
  welcome(context, serving, mark);
  await untilStopped(context, serving);
}

/** The node made by an earlier start is opened with the passphrase kept beside it; one made by `init` asks. */
async function passphraseOf(context: CliContext, folder: string): Promise<string> {
  const file = join(folder, tryOutPassphraseFile);
  if (await keyFileExists(folder)) return existsSync(file) ? readFileSync(file, 'utf8').trim() : context.passphrase();
  const passphrase = Buffer.from(systemPorts.random.bytes(24)).toString('base64url');
  await initFolder(folder, { passphrase, config: sampleConfiguration }, systemPorts);
  writeFileSync(file, `${passphrase}\n`, { mode: 0o600 });
  return passphrase;
}

async function load(context: CliContext, serving: Serving): Promise<SampleMark> {
  context.note({ en: 'Loading the sample organisation (once).', zh: '正在加载示例机构（仅首次）。' });
  const progress = context.progress({ en: 'Sample', zh: '示例' });
  try {
    const options = {
      onProgress: (done: number, total: number | undefined) => progress.update(done, total),
      signal: context.signal,
    };
    return await loadSample(serving.app.node(), context.dataFolder, options);
  } finally {
    progress.end();
  }
}

function welcome(context: CliContext, { url, accessToken }: Serving, mark: SampleMark | undefined): void {
  const example = JSON.stringify(mark?.example || '13800000000');
  const { words } = context;
  const lines = words({
    en: [
      `Holdfast is up on ${url}`,
      `  look around   ${url}/docs   (every call, with examples)`,
      `  sign in       "Authorize" there with the access token: ${accessToken}`,
      `  a customer    npx holdfast profile ${example}`,
      '  all commands  npx holdfast --help',
      'Data lies sealed in ' +
        context.dataFolder +
        '; its passphrase lies beside it, which is for trying out only. Ctrl-C stops.',
    ].join('\n'),
    zh: [
      `Holdfast 已启动：${url}`,
      `  查看接口     ${url}/docs（全部接口及示例）`,
      `  登录         在页面点击 "Authorize"，填入访问令牌：${accessToken}`,
      `  查看客户     npx holdfast profile ${example}`,
      '  全部命令     npx holdfast --help',
      `数据加密存放于 ${context.dataFolder}；口令也存放在此，仅供试用。按 Ctrl-C 停止。`,
    ].join('\n'),
  });
  context.answer({ url, accessToken }, () => context.print(lines));
}
