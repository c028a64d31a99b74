// `holdfast api-key`: keys for programs, scoped, expiring, shown once.

import { Command, InvalidArgumentError, Option } from 'commander';
import { Fault } from '../core/errors.ts';
import { type Role, roles } from '../core/model/principal.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';
import { sourceId } from './source.ts';

type KeyView = {
  id: number;
  name: string;
  scope: string;
  roles: string[];
  sources?: number[];
  expiresAtMs: number;
  lastUsedAtMs?: number;
  previousKeyUntilMs?: number;
  state: 'valid' | 'expired' | 'revoked';
};
type Made = { key: KeyView; token: string };
type Wanted = { role: Role[]; directory?: true; metrics?: true; source: string[]; expires: string };

const examples = `
  $ holdfast api-key add "nightly report" --role auditor --expires 2027-06-30
  $ holdfast api-key add "shop loader" --role marketer --source shop --expires 2027-06-30
  $ holdfast api-key add "company directory" --directory --expires 2027-06-30
  $ holdfast api-key add prometheus --metrics --expires 2027-06-30
  $ holdfast api-key rotate "nightly report" --keep-hours 24
  $ holdfast api-key revoke "nightly report"`;

export function command(context: CliContext): Command {
  const { words } = context;
  const apiKey = new Command('api-key').addHelpText('after', words({ en: `\nExamples:${examples}`, zh: `\n示例：${examples}` }));
  apiKey
    .command('add <name>')
    .description(words({ en: 'make a key and print it, this once', zh: '新建密钥并显示（仅一次）' }))
    .addOption(
      new Option('--role <role>', words({ en: 'what it may do; may be repeated', zh: '角色，可多次指定' }))
        .choices(roles)
        .argParser((value: string, before: Role[]) => [...before, checkRole(value)])
        .default([]),
    )
    .option(
      '--directory',
      words({ en: 'for the system that provisions people (SCIM), and nothing else', zh: '仅供人员目录同步（SCIM）使用' }),
    )
    .option(
      '--metrics',
      words({ en: 'for a monitoring system that reads /metrics, and nothing else', zh: '仅供监控系统读取 /metrics' }),
    )
    .option(
      '--source <name>',
      words({ en: 'it may touch only this source; may be repeated', zh: '仅限此数据源，可多次指定' }),
      (value: string, before: string[]) => [...before, value],
      [] as string[],
    )
    .requiredOption(
      '--expires <date>',
      words({ en: 'until when, two years at most (ISO 8601)', zh: '到期日，最长两年（ISO 8601）' }),
    )
    .action((name: string, wanted: Wanted) => withNode(context, (api) => add(context, api, name, wanted)));
  apiKey
    .command('list')
    .description(words({ en: 'list all keys', zh: '列出全部密钥' }))
    .action(() => withNode(context, (api) => list(context, api)));
  apiKey
    .command('rotate <name>')
    .description(words({ en: 'give a key a new token', zh: '更换密钥' }))
    .option(
      '--keep-hours <hours>',
      words({ en: 'take the old token this much longer', zh: '旧密钥继续有效的小时数' }),
      wholeNumber(0, 720),
      0,
    )
    .option('--expires <date>', words({ en: 'a new date (ISO 8601)', zh: '新的到期日（ISO 8601）' }))
    .action((name: string, options: { keepHours: number; expires?: string }) =>
      withNode(context, async (api) => {
        const body = {
          keepPreviousHours: options.keepHours,
          ...(options.expires !== undefined && { expiresAtMs: timeOf(options.expires) }),
        };
        const id = await keyId(api, name);
        show(context, await api.call<Made>('POST', `/api/api-keys/${id}/rotate`, { body }));
      }),
    );
  apiKey
    .command('revoke <name>')
    .description(words({ en: 'refuse a key from now on, for good', zh: '立即永久吊销密钥' }))
    .action((name: string) =>
      withNode(context, async (api) => {
        const revoked = await api.call<KeyView>('DELETE', `/api/api-keys/${await keyId(api, name)}`);
        context.answer(revoked, () => context.print(revoked.name));
      }),
    );
  return apiKey;
}

async function add(context: CliContext, api: Api, name: string, wanted: Wanted): Promise<void> {
  const sources = await Promise.all(wanted.source.map((source) => sourceId(api.call, source)));
  const body = {
    name,
    roles: wanted.role,
    ...(wanted.directory && { scope: 'directory' }),
    ...(wanted.metrics && { scope: 'metrics' }),
    ...(sources.length > 0 && { sources }),
    expiresAtMs: timeOf(wanted.expires),
  };
  show(context, await api.call<Made>('POST', '/api/api-keys', { body }));
}

function show(context: CliContext, made: Made): void {
  context.answer(made, () => {
    context.note({ en: 'API key, shown this once:', zh: 'API 密钥（仅显示一次）：' });
    context.print(made.token);
  });
}

async function list(context: CliContext, api: Api): Promise<void> {
  const { words } = context;
  const { keys } = await api.call<{ keys: KeyView[] }>('GET', '/api/api-keys');
  const day = (atMs: number | undefined) => (atMs === undefined ? '' : new Date(atMs).toISOString().slice(0, 10));
  const states = {
    valid: '',
    expired: words({ en: 'expired', zh: '已过期' }),
    revoked: words({ en: 'revoked', zh: '已吊销' }),
  };
  const scopes: { [scope: string]: string } = {
    directory: words({ en: 'directory', zh: '人员目录' }),
    metrics: words({ en: 'monitoring', zh: '监控' }),
  };
  context.answer({ keys }, () =>
    context.printTable(
      [
        { title: 'id', align: 'right' },
        { title: words({ en: 'name', zh: '名称' }) },
        { title: words({ en: 'may', zh: '权限' }) },
        { title: words({ en: 'sources', zh: '数据源' }) },
        { title: words({ en: 'expires', zh: '到期' }) },
        { title: words({ en: 'last used', zh: '最近使用' }) },
        { title: '' },
      ],
      keys.map((key) => [
        String(key.id),
        key.name,
        scopes[key.scope] ?? key.roles.join(' '),
        key.sources?.join(' ') ?? '',
        day(key.expiresAtMs),
        day(key.lastUsedAtMs),
        states[key.state],
      ]),
    ),
  );
}

/** The number of a key by its name, or a number itself; of several of a name the one that is not revoked. */
async function keyId(api: Api, name: string): Promise<number> {
  const { keys } = await api.call<{ keys: KeyView[] }>('GET', '/api/api-keys');
  const named = keys.filter((key) => key.name === name || String(key.id) === name);
  const found = named.find((key) => key.state !== 'revoked') ?? named[0];
  if (!found) throw new Fault('not_found', `an API key named ${name}`);
  return found.id;
}

/** A day is its end in UTC: a key "until the 30th" works on the 30th. */
function timeOf(text: string): number {
  const atMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T23:59:59.999Z`) : Date.parse(text);
  if (Number.isNaN(atMs)) throw new Fault('bad_request', '--expires');
  return atMs;
}

function checkRole(value: string): Role {
  const role = roles.find((known) => known === value);
  if (!role) throw new InvalidArgumentError(`expected one of ${roles.join(', ')}`);
  return role;
}
