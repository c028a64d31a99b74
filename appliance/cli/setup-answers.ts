// What `holdfast setup` has to know, from a file or asked one by one. A word of the file that means nothing is refused with its place.

import { Ajv2020 } from 'ajv/dist/2020.js';
import { Fault, type Words } from '../core/errors.ts';
import { type AcmeDeclaration, acmeSchema, hostPattern } from '../core/model/tls-config.ts';
import type { CliContext } from './context.ts';
import type { Terminal } from './io.ts';
import { readJsonFile } from './json-file.ts';
import type { SharesWanted } from './numbers.ts';
import { askLine } from './passphrase.ts';

export type Administrator = { login: string; name: string; email?: string; language?: 'en' | 'zh' };
export type SetupAnswers = {
  /** By which clients reach the node. */
  name: string;
  /** All of this machine's addresses when absent. */
  address?: string;
  port?: number;
  /** `own`: by an authority of the node's own; `proxy`: something in front of the node does it; `acme`: an authority of the organisation gives it. */
  tls: 'own' | 'proxy' | { certificate: string; key: string } | { acme: AcmeDeclaration };
  /** `shares`: somebody opens the node after each start; `credential`: systemd does; `file`: for trying out, beside the data. */
  unseal: 'shares' | 'credential' | 'file';
  /** 3 of 5 when absent. */
  shares?: SharesWanted;
  administrators: Administrator[];
  /** A folder, or `s3://bucket/prefix`. */
  backup?: string;
  /** `postgres://…`; SQLite when absent. */
  store?: string;
};

const text = { type: 'string', minLength: 1, maxLength: 200 } as const;
const path = { type: 'string', minLength: 1, maxLength: 1000 } as const;

export const answersSchema = {
  $id: 'holdfast-setup-answers.json',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'tls', 'unseal', 'administrators'],
  properties: {
    name: { type: 'string', pattern: hostPattern, maxLength: 253 },
    address: text,
    port: { type: 'integer', minimum: 1, maximum: 65_535 },
    tls: {
      oneOf: [
        { enum: ['own', 'proxy'] },
        {
          type: 'object',
          additionalProperties: false,
          required: ['certificate', 'key'],
          properties: { certificate: path, key: path },
        },
        { type: 'object', additionalProperties: false, required: ['acme'], properties: { acme: acmeSchema } },
      ],
    },
    unseal: { enum: ['shares', 'credential', 'file'] },
    shares: {
      type: 'object',
      additionalProperties: false,
      required: ['k', 'n'],
      properties: { k: { type: 'integer', minimum: 2, maximum: 32 }, n: { type: 'integer', minimum: 2, maximum: 32 } },
    },
    administrators: {
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['login', 'name'],
        properties: { login: text, name: text, email: text, language: { enum: ['en', 'zh'] } },
      },
    },
    backup: path,
    store: { type: 'string', pattern: '^postgres(ql)?://', maxLength: 1000 },
  },
} as const;

const check = new Ajv2020({ allErrors: false, strict: true, allowUnionTypes: true }).compile<SetupAnswers>(answersSchema);

/** @throws {Fault} `bad_request` naming the place */
export function parseAnswers(value: unknown): SetupAnswers {
  if (!check(value)) {
    // Of alternatives the first complaint is the one about the place itself.
    const error = check.errors?.[0];
    const extra = (error?.params.additionalProperty ?? error?.params.missingProperty) as string | undefined;
    const place = `${error?.instancePath ?? ''}${extra === undefined ? '' : `/${extra}`}` || '/';
    throw new Fault('bad_request', `${place} ${error?.message ?? ''}`.trim());
  }
  const { shares, administrators } = value;
  if (shares && shares.k > shares.n) throw new Fault('bad_request', '/shares/k must be <= n');
  const logins = administrators.map(({ login }) => login);
  const twice = logins.findIndex((login, at) => logins.indexOf(login) !== at);
  if (twice >= 0) throw new Fault('bad_request', `/administrators/${twice}/login is there twice`);
  return value;
}

export const readAnswers = (context: CliContext, file: string): SetupAnswers => parseAnswers(readJsonFile(context, file));

/** @throws {Fault} `passphrase_missing` without a terminal, `bad_request` for what is no answer after three tries */
export async function askAnswers(context: CliContext): Promise<SetupAnswers> {
  const { io } = context;
  const terminal = io.openTerminal();
  if (terminal === undefined) throw new Fault('bad_request', '--answers FILE: there is no terminal to ask on');
  try {
    const ask = asker(context, terminal);
    const name = await ask({ en: 'DNS name by which people reach the node', zh: '用户访问节点的域名' }, (given) => given);
    const port = await ask({ en: 'Port [7700]', zh: '端口 [7700]' }, (given) => Number(given), '7700');
    const kind = await ask(
      {
        en: "HTTPS: 1 an authority of its own, 2 a certificate that you have, 3 a proxy in front does it, 4 your organisation's authority by ACME [1]",
        zh: 'HTTPS：1 节点自建 CA，2 使用已有证书，3 由前置代理处理，4 由机构内部 CA 通过 ACME 签发 [1]',
      },
      (given) => (['own', 'given', 'proxy', 'acme'] as const)[Number(given) - 1],
      '1',
    );
    const tls = kind === 'given' ? await askFiles(ask) : kind === 'acme' ? await askAcme(ask) : kind;
    const unseal = await ask(
      {
        en: 'After each start the node is opened: 1 by hand (safest), 2 by systemd and the TPM, 3 by a file beside the data (trying out only) [1]',
        zh: '每次启动后解封方式：1 人工（最安全），2 由 systemd 与 TPM，3 由数据旁的文件（仅供试用）[1]',
      },
      (given) => (['shares', 'credential', 'file'] as const)[Number(given) - 1],
      '1',
    );
    const login = await ask(
      { en: 'First administrator: login, such as li.hua', zh: '首位管理员：登录名，如 li.hua' },
      (given) => given,
    );
    const called = await ask({ en: 'What they are called', zh: '姓名' }, (given) => given);
    const backup = await ask({ en: 'Folder for backups (empty: later)', zh: '备份目录（留空：稍后设置）' }, (given) => given, '');
    const administrators = [{ login, name: called, language: context.language }];
    return parseAnswers({ name, port, tls, unseal, administrators, ...(backup !== '' && { backup }) });
  } finally {
    terminal.close();
  }
}

async function askFiles(ask: Ask): Promise<{ certificate: string; key: string }> {
  return {
    certificate: await ask({ en: 'Certificate file (PEM, with its chain)', zh: '证书文件（PEM，含证书链）' }, (given) => given),
    key: await ask({ en: 'Its key file (PEM)', zh: '私钥文件（PEM）' }, (given) => given),
  };
}

async function askAcme(ask: Ask): Promise<{ acme: AcmeDeclaration }> {
  const directory = await ask(
    {
      en: 'Address of its directory, such as https://ca.internal/acme/acme/directory',
      zh: '其目录地址，如 https://ca.internal/acme/acme/directory',
    },
    (given) => given,
  );
  const certificates = await ask(
    {
      en: 'File with its root certificate (PEM; empty: this system trusts it)',
      zh: '其根证书文件（PEM；留空表示本系统已信任）',
    },
    (given) => given,
    '',
  );
  return { acme: { directory, ...(certificates !== '' && { certificates }) } };
}

type Ask = <T>(question: Words, read: (given: string) => T | undefined, usual?: string) => Promise<T>;

/** Asks again, three times in all, for what is no answer. */
function asker({ io, words }: CliContext, terminal: Terminal): Ask {
  return async (question, read, usual) => {
    for (let turn = 0; turn < 3; turn += 1) {
      const typed = (await askLine(terminal, io, `${words(question)}: `)).trim() || usual;
      const value = typed === undefined ? undefined : read(typed);
      if (value !== undefined && !Number.isNaN(value)) return value;
    }
    throw new Fault('bad_request', words(question));
  };
}
