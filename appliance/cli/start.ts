// `holdfast start`: everything for trying the product out. Makes a node with a passphrase of its own in the data folder,
// loads the sample organisation once, serves, and says where to look.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { Fault } from '../core/errors.ts';
import { systemPorts } from '../core/ports.ts';
import { keyFileExists } from '../core/vault/vault.ts';
import { firstAddress, firstLink } from '../first-link.ts';
import { initFolder, type Serving, serve } from '../lifecycle.ts';
import { loadSample, readSampleMark, type SampleMark, sampleConfiguration } from '../sample-loading.ts';
import { type CliContext, defaultDataFolder } from './context.ts';
import { tryOutPassphraseFile } from './node-file.ts';
import { peopleOf } from './sample.ts';
import { listenForStop, portOf, untilStopped } from './serve.ts';

type Options = { port?: number; sample: boolean; people?: number };

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('start')
    .option(
      '--port <number>',
      words({ en: 'port to serve on (else as configured, else 7700)', zh: '服务端口（默认取配置，否则 7700）' }),
      portOf,
    )
    .option(
      '--people <number>',
      words({ en: 'true people in the sample (2000 unless said)', zh: '示例机构的真实人数（默认 2000）' }),
      peopleOf,
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
  listenForStop(context);
  const serving = await serve({
    folder,
    ports: systemPorts,
    secret: { passphrase },
    config: { ...(options.port !== undefined && { port: options.port }) },
  });
  let mark = readSampleMark(folder);
  try {
    if (options.sample) mark ??= await load(context, serving, options.people);
  } catch (error) {
    await serving.stop();
    throw error;
  }
  await welcome(context, serving, mark);
  await untilStopped(context, serving);
}

/** The node made by an earlier start is opened with the passphrase kept beside it; one made by `init` asks. */
async function passphraseOf(context: CliContext, folder: string): Promise<string> {
  if (await keyFileExists(folder)) return context.passphrase();
  const file = join(folder, tryOutPassphraseFile);
  const passphrase = Buffer.from(systemPorts.random.bytes(24)).toString('base64url');
  // First the passphrase: cut short in between, the next start makes both anew instead of a node that nobody can open.
  keepPassphrase(file, passphrase);
  await initFolder(folder, { passphrase, config: sampleConfiguration }, systemPorts);
  return passphrase;
}

function keepPassphrase(file: string, passphrase: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${passphrase}\n`, { mode: 0o600 });
  } catch (error) {
    throw new Fault('store_read_only', dirname(file), { cause: error });
  }
}

async function load(context: CliContext, serving: Serving, people: number | undefined): Promise<SampleMark> {
  context.note({ en: 'Loading the sample organisation (once).', zh: '正在加载示例机构（仅首次）。' });
  const progress = context.progress({ en: 'Sample', zh: '示例' });
  try {
    const options = {
      onProgress: (done: number, total: number | undefined) => progress.update(done, total),
      signal: context.signal,
      ...(people !== undefined && { people }),
    };
    const mark = await loadSample(serving.app.node(), context.dataFolder, options);
    await serving.app.measure();
    return mark;
  } finally {
    progress.end();
  }
}

async function welcome(context: CliContext, serving: Serving, mark: SampleMark | undefined): Promise<void> {
  const { url, accessToken } = serving;
  const { words, dataFolder } = context;
  const command = commandFor(context);
  const example = await exampleOf(serving, mark);
  const link = await firstLink(serving.app);
  const customer = example && `${command} profile ${example.identifier}${example.name === '' ? '' : `   # ${example.name}`}`;
  const lines = words({
    en: `Holdfast is up on ${url}
  console       ${link ? `${firstAddress(url, link.token)}\n                (opens once: there you become the first administrator, who invites the others; from then on ${url}/)` : `${url}/`}
  the API       ${url}/docs   (every call, with examples)
  access token  ${accessToken}   (for "Authorize" there)
  a customer    ${customer ?? `${command} profile PHONE`}
  send events   ${command} source add NAME   (gives a write key; see docs/tracking.md)
  all commands  ${command} --help
Data lies sealed in ${dataFolder}; its passphrase lies beside it, which is for trying out only. Ctrl-C stops.`,
    zh: `Holdfast 已启动：${url}
  控制台    ${link ? `${firstAddress(url, link.token)}\n            （仅可使用一次：打开后成为首位管理员，再邀请其他人员；此后使用 ${url}/）` : `${url}/`}
  接口      ${url}/docs（全部接口及示例）
  访问令牌  ${accessToken}   （填入该页 "Authorize"）
  查看客户  ${customer ?? `${command} profile 手机号`}
  上报事件  ${command} source add 名称（获取写入密钥，参见 docs/tracking.md）
  全部命令  ${command} --help
数据加密存放于 ${dataFolder}；口令也存放在此，仅供试用。按 Ctrl-C 停止。`,
  });
  context.answer({ url, accessToken, ...(link && { link: link.token }), ...(example && { example: example.identifier }) }, () =>
    context.print(lines),
  );
}

/** As it has to be typed here to reach this node: the data folder is named when it is not the usual one. */
function commandFor({ dataFolder, io }: CliContext): string {
  return dataFolder === resolve(io.cwd, io.env.HOLDFAST_HOME || defaultDataFolder)
    ? 'npx holdfast'
    : `npx holdfast --data ${JSON.stringify(dataFolder)}`;
}

/** How to ask for the customer the loading found: by phone where there is one. */
async function exampleOf(
  serving: Serving,
  mark: SampleMark | undefined,
): Promise<{ identifier: string; name: string } | undefined> {
  const id = Number(/^p(\d+)$/.exec(mark?.example ?? '')?.[1] ?? Number.NaN);
  if (!Number.isSafeInteger(id)) return undefined;
  const { profiles } = serving.app.node();
  try {
    const profile = await profiles.profile(id);
    const phone = profile.identifiers.find(({ kind }) => kind === 'phone')?.value.replace(/^\+86/, '');
    const alone = phone !== undefined && (await profiles.find({ identifier: phone })).length === 1;
    return { identifier: alone ? phone : profile.id, name: String(profile.traits.name?.value ?? '') };
  } catch (error) {
    if (error instanceof Fault && error.code === 'not_found') return undefined;
    throw error;
  }
}
