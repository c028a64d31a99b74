// `holdfast coordinate`: a coordinator of a federation on a machine of its own, which keeps the list of members and relays their messages.

import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Command } from 'commander';
import { Fault } from '../core/errors.ts';
import { systemPorts } from '../core/ports.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';
import { newQuestion } from './passphrase.ts';

type Init = { code?: string; codeFile?: string; nameEn?: string; nameZh?: string; out: string };
type Serve = { address: string; port: number };

/** A welcome has the whole log of members in it. */
const fileLimitBytes = 128 * 1024 * 1024;
const defaultPort = 7443;

export function command(context: CliContext): Command {
  const { words } = context;
  const group = new Command('coordinate').addHelpText(
    'after',
    words({
      en: '\nIts keys lie in DIR/coordinator, under a passphrase.\n\nExamples:\n  $ holdfast coordinate init --code-file invitation.txt --name-en "Data Trust" --name-zh 数据信托\n  $ holdfast coordinate welcome welcome.json\n  $ HOLDFAST_PASSPHRASE_FILE=secret holdfast coordinate serve --port 7443',
      zh: '\n密钥位于“数据目录/coordinator”，由口令保护。\n\n示例：\n  $ holdfast coordinate init --code-file invitation.txt --name-en "Data Trust" --name-zh 数据信托\n  $ holdfast coordinate welcome welcome.json\n  $ HOLDFAST_PASSPHRASE_FILE=secret holdfast coordinate serve --port 7443',
    }),
  );
  group
    .command('init')
    .description(words({ en: 'make keys and the request to join, for the founder', zh: '生成密钥与加入请求，交给创建方' }))
    .option('--code <invitation>', words({ en: "the founder's invitation", zh: '创建方给出的邀请码' }))
    .option(
      '--code-file <file>',
      words({ en: 'read it from a file, unseen by others here', zh: '从文件读取邀请码（避免他人看到）' }),
    )
    .option('--name-en <name>', words({ en: "the organisation's name in English", zh: '机构英文名称' }))
    .option('--name-zh <name>', words({ en: "the organisation's name in Chinese", zh: '机构中文名称' }))
    .option('--out <file>', words({ en: 'where the request goes', zh: '加入请求的输出文件' }), 'join-request.json')
    .action((options: Init) => init(context, options));
  group
    .command('welcome')
    .argument('<file>')
    .description(words({ en: "take the founder's answer", zh: '读取创建方的答复文件' }))
    .action((file: string) => welcome(context, file));
  group
    .command('serve')
    .description(words({ en: 'run it until it is told to stop', zh: '运行协调方，直至收到停止信号' }))
    .option('--address <ip>', words({ en: 'address to serve on', zh: '服务地址' }), '0.0.0.0')
    .option('--port <number>', words({ en: 'port to serve on', zh: '服务端口' }), wholeNumber(0, 65_535), defaultPort)
    .action((options: Serve) => serve(context, options));
  return group;
}

async function init(context: CliContext, options: Init): Promise<void> {
  const code = options.codeFile === undefined ? options.code : readText(context, options.codeFile).trim();
  if (code === undefined) throw new Fault('bad_request', '--code');
  const { initCoordinator, writeTextFile } = await import('../federate/coordinator-folder.ts');
  const passphrase = await context.passphrase(newQuestion);
  const name = { en: options.nameEn ?? '', zh: options.nameZh ?? '' };
  const made = await initCoordinator(context.dataFolder, { passphrase, code, name }, systemPorts);
  const file = resolve(context.io.cwd, options.out);
  writeTextFile(file, made.joinFile);
  const { folder, member, fingerprint } = made;
  context.answer({ folder, member, fingerprint, file }, () => {
    const { words, print } = context;
    print(words({ en: `A new coordinator lies in ${folder}.`, zh: `新协调方已创建于 ${folder}。` }));
    print(words({ en: 'Its fingerprint, to be compared by telephone:', zh: '指纹（请电话比对）：' }));
    print(`  ${fingerprint}`);
    print(words({ en: `Give ${file} to the founder.`, zh: `请将 ${file} 交给创建方。` }));
    print(words({ en: 'Next: holdfast coordinate welcome FILE', zh: '下一步：holdfast coordinate welcome 文件' }));
  });
}

async function welcome(context: CliContext, file: string): Promise<void> {
  const text = readText(context, file);
  const { welcomeCoordinator } = await import('../federate/coordinator-folder.ts');
  const passphrase = await context.passphrase();
  const { federation, members } = await welcomeCoordinator(context.dataFolder, { passphrase, text }, systemPorts);
  context.answer({ federation, members }, () => {
    const { words, print } = context;
    print(words({ en: `Admitted to a federation of ${members}.`, zh: `已加入联盟，共 ${members} 个成员。` }));
    print(words({ en: 'Next: holdfast coordinate serve', zh: '下一步：holdfast coordinate serve' }));
  });
}

async function serve(context: CliContext, options: Serve): Promise<void> {
  const { serveCoordinator } = await import('../federate/coordinator-folder.ts');
  const passphrase = await context.passphrase();
  const { signal } = context;
  // From here on an interrupt is kept until it serves and can stop well.
  signal.throwIfAborted();
  const failed = (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    context.note({ en: `Failed, and goes on: ${reason}`, zh: `出错，继续运行：${reason}` });
  };
  const running = await serveCoordinator(context.dataFolder, { passphrase, ...options, failed }, systemPorts);
  const { port } = running;
  context.answer({ address: options.address, port, member: running.coordinator.member, pid: process.pid }, () =>
    context.print(
      context.words({ en: `Coordinating on ${options.address}:${port}`, zh: `协调服务地址：${options.address}:${port}` }),
    ),
  );
  if (!signal.aborted) await new Promise<void>((stop) => signal.addEventListener('abort', () => stop(), { once: true }));
  context.note({ en: 'Stopping.', zh: '正在停止。' });
  await running.close();
}

/** @throws {Fault} unreadable_file, limit_reached */
function readText(context: CliContext, file: string): string {
  const path = resolve(context.io.cwd, file);
  try {
    if (statSync(path).size > fileLimitBytes) throw new Fault('limit_reached', `${basename(path)}: ${fileLimitBytes} bytes`);
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'cannot be opened';
    throw new Fault('unreadable_file', `${basename(path)}: ${code}`, { cause: error });
  }
}
