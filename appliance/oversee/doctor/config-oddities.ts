// Settings that are allowed and still are seldom meant: each is a warning with the setting's place in holdfast.json and what to do.

import { resolve, sep } from 'node:path';
import type { Config } from '../../core/config.ts';
import type { Words } from '../../core/errors.ts';
import type { Environment } from '../../core/model/secret-reference.ts';
import { type Changed, strangeVariables } from '../../core/settings/settings.ts';
import type { Finding } from '../../core/store/store.ts';

type Oddity = { id: string; message: Words; next: Words };
type Look = (config: Config, folder: string) => (Oddity | undefined)[];

const name: Words = { en: 'Configuration', zh: '配置' };

/** @param folder the data folder, from which paths begin */
export function oddities(config: Config, folder: string): Finding[] {
  return looks
    .flatMap((look) => look(config, folder))
    .filter((odd) => odd !== undefined)
    .map(({ id, message, next }): Finding => ({ severity: 'warning', check: `config-${id}`, name, message, next }));
}

/** Variables that look like settings and are none. */
export function environmentOddities(env: Environment): Finding[] {
  return strangeVariables(env).map((variable) => ({
    severity: 'warning',
    check: 'config-environment',
    name,
    message: { en: `No setting has the variable ${variable}.`, zh: `没有与环境变量 ${variable} 对应的设置。` },
    next: {
      en: 'Correct or remove it: "holdfast config check" says which was meant.',
      zh: '请更正或移除；"holdfast config check" 会提示可能的名称。',
    },
  }));
}

/** Which settings were not as before at a start, so that whoever looks for a cause sees it. */
export function changedFinding({ atMs, settings }: Changed): Finding {
  const at = `${new Date(atMs).toISOString().slice(0, 16)}Z`;
  return {
    severity: 'ok',
    check: 'configuration-changed',
    name,
    message: {
      en: `Last changed before the start of ${at}: ${settings.join(', ')}.`,
      zh: `最近一次变更在 ${at} 启动前：${settings.join('、')}。`,
    },
  };
}

const isLoopback = (host: string): boolean => /^(localhost|127\.[\d.]+|\[?::1\]?)$/i.test(host);

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

const inTheClear = (text: string): boolean => {
  const url = urlOf(text);
  return url?.protocol === 'http:' && !isLoopback(url.hostname);
};

const reach: Look = ({ address, publicUrl, tls, trustedProxies = [] }) => [
  tls === undefined && !isLoopback(address) && !publicUrl?.startsWith('https:')
    ? {
        id: 'address',
        message: {
          en: `"address" is ${address}: other machines reach the node, over plain HTTP.`,
          zh: `"address" 为 ${address}：其他机器可访问本节点，且使用明文 HTTP。`,
        },
        next: {
          en: 'Give the node a certificate ("tls"), or serve on 127.0.0.1 behind a proxy with TLS and give its address as "publicUrl" with https.',
          zh: '请为节点配置证书（"tls"）；或在 127.0.0.1 上提供服务，前置带 TLS 的代理，并将其 https 地址写入 "publicUrl"。',
        },
      }
    : undefined,
  publicUrl !== undefined && inTheClear(publicUrl)
    ? {
        id: 'public-url',
        message: {
          en: '"publicUrl" is plain HTTP: passkeys do not work, and passwords can be read on the way.',
          zh: '"publicUrl" 为明文 HTTP：通行密钥不可用，密码在途中可被读取。',
        },
        next: { en: 'Put TLS in front and write the address with https.', zh: '请启用 TLS，并将地址改为 https。' },
      }
    : undefined,
  trustedProxies.some((net) => /\/[1-7]$/.test(net))
    ? {
        id: 'trusted-proxies',
        message: {
          en: '"trustedProxies" trusts a large part of all addresses: anybody there can say to be somebody else and is never counted for wrong sign-ins.',
          zh: '"trustedProxies" 信任的网段过大：其中任何人都可伪称来源，登录失败次数因此无法统计。',
        },
        next: { en: 'Name the addresses of your proxies alone.', zh: '请只列出代理的地址。' },
      }
    : undefined,
  tls === undefined && publicUrl?.startsWith('https:') && isLoopback(address) && trustedProxies.length === 0
    ? {
        id: 'no-trusted-proxy',
        message: {
          en: 'A proxy stands in front ("publicUrl") and none is trusted: everybody behind it shares one count of wrong sign-ins.',
          zh: '前置了代理（"publicUrl"）但未信任任何代理：其后的所有人共用一个登录失败计数。',
        },
        next: {
          en: 'Give the address of the proxy in "trustedProxies", such as ["127.0.0.1"].',
          zh: '请在 "trustedProxies" 中写入代理地址，例如 ["127.0.0.1"]。',
        },
      }
    : undefined,
];

const storage: Look = ({ store, auditSink }, folder) => {
  const url = store === undefined ? undefined : urlOf(store);
  const mode = url?.searchParams.get('sslmode') ?? undefined;
  const isRemote = url !== undefined && url.hostname !== '' && !isLoopback(url.hostname);
  return [
    isRemote && (mode === undefined || ['disable', 'allow', 'prefer'].includes(mode))
      ? {
          id: 'store-tls',
          message: {
            en: 'The database is on another machine and the way there need not be encrypted.',
            zh: '数据库在另一台机器上，而连接未要求加密。',
          },
          next: { en: 'Add sslmode=verify-full to "store".', zh: '请在 "store" 中加入 sslmode=verify-full。' },
        }
      : undefined,
    auditSink !== undefined && resolve(folder, auditSink).startsWith(`${resolve(folder)}${sep}`)
      ? {
          id: 'audit-sink',
          message: {
            en: '"auditSink" lies in the data folder: whoever changes the log there can change its heads too.',
            zh: '"auditSink" 位于数据目录内：能改动日志的人也能改动签名头。',
          },
          next: { en: 'Put it on another disk or machine.', zh: '请放到另一块磁盘或另一台机器上。' },
        }
      : undefined,
  ];
};

const others: Look = ({ erasureTargets = [], directory }) => [
  ...erasureTargets
    .filter(({ url }) => inTheClear(url))
    .map((target) => ({
      id: 'erasure-target',
      message: {
        en: `"${target.name}" is told of erasures over plain HTTP.`,
        zh: `通过明文 HTTP 向“${target.name}”通知删除。`,
      },
      next: { en: 'Give its address with https.', zh: '请改用其 https 地址。' },
    })),
  directory?.oidc && inTheClear(directory.oidc.issuer)
    ? {
        id: 'issuer',
        message: {
          en: 'The sign-in provider is asked over plain HTTP: who sits between can sign in as anybody.',
          zh: '通过明文 HTTP 访问身份提供方：中间人可冒充任何人登录。',
        },
        next: { en: 'Give "directory.oidc.issuer" with https.', zh: '请将 "directory.oidc.issuer" 改为 https。' },
      }
    : undefined,
  directory?.oidc?.peopleOnFirstSignIn && Object.keys(directory.groups ?? {}).length === 0
    ? {
        id: 'groups',
        message: {
          en: 'Everybody of the directory becomes a person at the first sign-in, and no group gives a role.',
          zh: '目录中的任何人首次登录即成为用户，但没有任何组对应角色。',
        },
        next: {
          en: 'Say in "directory.groups" which groups have which roles, or take "peopleOnFirstSignIn" out.',
          zh: '请在 "directory.groups" 中写明各组的角色，或去掉 "peopleOnFirstSignIn"。',
        },
      }
    : undefined,
];

const figures: Look = ({ survivorship, computedTraits, retention = [], models }) => {
  const kept = (event: string) =>
    retention
      .flatMap(({ events }) =>
        events && !events.kinds && (!events.names || events.names.includes(event)) ? [events.olderThanDays] : [],
      )
      .reduce((least, days) => Math.min(least, days), Number.POSITIVE_INFINITY);
  const retrained = (models?.retrain ?? []).map(({ model }) => model);
  return [
    ...Object.entries(survivorship).map(([trait, { criteria, sources = [] }]) =>
      criteria.includes('sourcePriority') === sources.length > 0
        ? undefined
        : {
            id: 'survivorship',
            message:
              sources.length > 0
                ? {
                    en: `"survivorship" of ${trait} lists sources and does not decide by them.`,
                    zh: `"survivorship" 中 ${trait} 列出了来源，但未按来源决定。`,
                  }
                : {
                    en: `"survivorship" of ${trait} decides by source and lists none.`,
                    zh: `"survivorship" 中 ${trait} 按来源决定，但未列出来源。`,
                  },
            next: {
              en: 'Give both "sourcePriority" among the criteria and the sources in their order, or neither.',
              zh: '请同时写明 criteria 中的 "sourcePriority" 与按序排列的来源，或两者都不写。',
            },
          },
    ),
    ...computedTraits.map(({ name: trait, event, windowDays }) =>
      windowDays === undefined || kept(event) >= windowDays
        ? undefined
        : {
            id: 'retention',
            message: {
              en: `The computed trait ${trait} looks back ${windowDays} days, and its events are kept ${kept(event)} days.`,
              zh: `计算属性 ${trait} 回看 ${windowDays} 天，而其事件只保存 ${kept(event)} 天。`,
            },
            next: { en: 'Make the window shorter or keep the events for longer.', zh: '请缩短回看天数，或延长事件的保存期限。' },
          },
    ),
    ...retrained
      .filter((model, at) => retrained.indexOf(model) !== at)
      .map((model) => ({
        id: 'retrain',
        message: { en: `The model ${model} is to be trained again by two entries.`, zh: `模型 ${model} 有两条重新训练的设置。` },
        next: { en: 'Leave one of them in "models.retrain".', zh: '请在 "models.retrain" 中只保留一条。' },
      })),
  ];
};

const looks: readonly Look[] = [reach, storage, others, figures];
