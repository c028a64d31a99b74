// `holdfast serve`: runs the node of a data folder until it is told to stop. Sealed, unless the passphrase file is named.

import { Command } from 'commander';
import { systemPorts } from '../core/ports.ts';
import { firstAddress, firstLink } from '../first-link.ts';
import { type Serving, serve } from '../lifecycle.ts';
import { type ServiceManager, serviceManager, socketGiven } from '../service-manager.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';

type Options = { port?: number; address?: string; unseal?: true };

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('serve')
    .option(
      '--port <number>',
      words({ en: 'port to serve on (else as configured, else 7700)', zh: '服务端口（默认取配置，否则 7700）' }),
      portOf,
    )
    .option(
      '--address <ip>',
      words({ en: 'address to serve on (else as configured, else 127.0.0.1)', zh: '服务地址（默认取配置，否则 127.0.0.1）' }),
    )
    .option('--unseal', words({ en: 'ask for the passphrase and open the node at once', zh: '启动时询问口令并立即解封' }))
    .addHelpText(
      'after',
      words({
        en: '\nThe node starts sealed and answers only health, until "holdfast unseal".\n\nExamples:\n  $ holdfast serve\n  $ HOLDFAST_PASSPHRASE_FILE=secret holdfast serve --port 7800',
        zh: '\n节点以封存状态启动，只回答健康检查，直到执行 "holdfast unseal"。\n\n示例：\n  $ holdfast serve\n  $ HOLDFAST_PASSPHRASE_FILE=secret holdfast serve --port 7800',
      }),
    )
    .action((options: Options) => run(context, options));
}

async function run(context: CliContext, options: Options): Promise<void> {
  const folder = context.requireDataFolder();
  const opensAtOnce = options.unseal === true || Boolean(context.io.env.HOLDFAST_PASSPHRASE_FILE);
  const passphrase = opensAtOnce ? await context.passphrase() : undefined;
  listenForStop(context);
  const { env } = context.io;
  const fd = socketGiven(env, process.pid);
  const manager = serviceManager(env, process.pid);
  const serving = await serve({
    folder,
    ports: systemPorts,
    ...(passphrase !== undefined && { secret: { passphrase } }),
    ...(fd !== undefined && { fd }),
    upgrade: { onStep: (step) => manager.busy(`upgrade: ${step}`) },
    config: {
      ...(options.port !== undefined && { port: options.port }),
      ...(options.address !== undefined && { address: options.address }),
    },
  });
  manager.ready(`${serving.app.sealed ? 'sealed' : 'open'} on ${serving.url}`);
  const link = await firstLink(serving.app);
  const answer = { url: serving.url, sealed: serving.app.sealed, pid: process.pid, ...(link && { link: link.token }) };
  context.answer(answer, () => {
    context.print(context.words({ en: `Serving on ${serving.url}`, zh: `服务地址：${serving.url}` }));
    if (serving.app.sealed)
      context.print(context.words({ en: 'Sealed. Open it with: holdfast unseal', zh: '已封存。解封：holdfast unseal' }));
    if (link)
      context.print(
        context.words({
          en: `No administrator yet. Open this once to become the first: ${firstAddress(serving.url, link.token)}\nor give the part from hl_ on to "holdfast people accept".`,
          zh: `尚无管理员。打开此链接（仅可使用一次）成为首位管理员：${firstAddress(serving.url, link.token)}\n也可将 hl_ 起的部分交给 "holdfast people accept"。`,
        }),
      );
  });
  if (
    serving.app.tls === undefined &&
    serving.app.http.addresses().some((bound) => typeof bound === 'object' && !/^(127\.|::1$)/.test(bound.address))
  )
    context.note({
      en: 'Other machines can reach this address, and nothing encrypts the way: give the node a certificate ("tls" in holdfast.json), or put TLS in front of it.',
      zh: '其他机器可访问该地址，而传输未加密：请配置证书（holdfast.json 的 "tls"），或在其前部署 TLS。',
    });
  await untilStopped(context, serving, manager);
}

/** From here on an interrupt is kept until the node serves and can stop well; before, it would end the process halfway. */
export function listenForStop(context: CliContext): void {
  context.signal.throwIfAborted();
}

/** Serves until the first interrupt, then finishes what was accepted. */
export async function untilStopped(context: CliContext, serving: Serving, manager?: ServiceManager): Promise<void> {
  const { signal } = context;
  const interrupted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  if (!signal.aborted)
    await Promise.race([interrupted, serving.unusable]).catch(async (error: unknown) => {
      await serving.stop();
      throw error;
    });
  context.note({ en: 'Stopping.', zh: '正在停止。' });
  manager?.stopping();
  await serving.stop();
}

export const portOf = wholeNumber(0, 65_535);
