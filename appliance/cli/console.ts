// `holdfast console`: what the desktop console needs of the node. The enrolment code says where the node is and whose key it answers with.

import { Command } from 'commander';
import type { Enrolment } from '../core/access/enrolment.ts';
import { withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { readTextFile } from './json-file.ts';

export function command(context: CliContext): Command {
  const { words } = context;
  const console = new Command('console').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast console enrol\n  $ holdfast console enrol --certificate /etc/ssl/cdp.example.com.pem\n  $ holdfast console enrol --address https://cdp.example.com --address https://10.1.2.3 --certificate proxy.pem',
      zh: '\n示例：\n  $ holdfast console enrol\n  $ holdfast console enrol --certificate /etc/ssl/cdp.example.com.pem\n  $ holdfast console enrol --address https://cdp.example.com --address https://10.1.2.3 --certificate proxy.pem',
    }),
  );
  console
    .command('enrol')
    .description(
      words({
        en: 'print the code by which a desktop console knows this node; nothing of it is secret',
        zh: '打印桌面控制台用以识别本节点的登记码（不含机密）',
      }),
    )
    .option(
      '--address <url>',
      words({
        en: 'where consoles reach the node, up to four times (else publicUrl, else where it listens)',
        zh: '控制台访问节点的地址，最多四个（默认取 publicUrl，否则取监听地址）',
      }),
      (value: string, before: string[] = []) => [...before, value],
    )
    .option(
      '--certificate <file>',
      words({
        en: 'the certificate that the address answers with, PEM (else publicCertificate)',
        zh: '该地址所用的 PEM 证书文件（默认取 publicCertificate）',
      }),
    )
    .action((options: { address?: string[]; certificate?: string }) => {
      const certificate = options.certificate === undefined ? undefined : readTextFile(context, options.certificate);
      const body = {
        ...(options.address !== undefined && { addresses: options.address }),
        ...(certificate !== undefined && { certificate }),
      };
      return withNode(context, async (api) =>
        show(context, await api.call<Enrolment>('POST', '/api/console/enrolment', { body })),
      );
    });
  return console;
}

function show(context: CliContext, enrolment: Enrolment): void {
  const { code, addresses, plain, fingerprint, expiresAtMs } = enrolment;
  context.answer(enrolment, () => {
    context.print(code);
    context.note({ en: `Node: ${addresses.join(', ')}`, zh: `节点：${addresses.join('、')}` });
    if (plain)
      context.note({
        en: 'Plain HTTP: the code carries no fingerprint and works for consoles on this machine only.',
        zh: '使用明文 HTTP：登记码不含指纹，仅限本机上的控制台使用。',
      });
    if (fingerprint !== undefined)
      context.note({
        en: `Fingerprint of the key (SHA-256): ${fingerprint}`,
        zh: `密钥指纹（SHA-256）：${fingerprint}`,
      });
    if (expiresAtMs !== undefined)
      context.note({
        en: `The certificate is good until ${new Date(expiresAtMs).toISOString().slice(0, 10)}. Renew it with the same key and the code holds on.`,
        zh: `证书有效期至 ${new Date(expiresAtMs).toISOString().slice(0, 10)}。以同一密钥续期后登记码继续有效。`,
      });
    context.note({
      en: 'Type it into the desktop console. Hand it over yourself: who changes it sends the console elsewhere.',
      zh: '请在桌面控制台中输入。请亲自转交：被篡改的登记码会使控制台连接到别处。',
    });
  });
}
