// What a schema cannot say of a configuration: settings that need one another, names that are given twice, rules that leave nothing possible. All of
// them, each with its place.

import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { parseSyslog } from '../audit/syslog.ts';
import type { Config } from '../config.ts';
import type { Words } from '../errors.ts';
import { matchSettings } from '../model/federation-config.ts';
import { identifierKinds } from '../model/identifier.ts';
import { purposeTable } from '../model/purposes.ts';
import { tlsFault } from '../model/tls-config.ts';
import { isTimeZone } from '../values/time-zone.ts';

export type ConfigFault = { readonly keys: readonly string[]; readonly message: Words };

const noZone: Words = { en: 'is no time zone', zh: '不是有效的时区' };

/** @param config that the schema has nothing against */
export function configFaults(config: Config): ConfigFault[] {
  return [
    ...traitFaults(config),
    ...oversightFaults(config),
    ...proxyFaults(config),
    ...tlsFaults(config),
    ...backupFaults(config),
    ...telemetryFaults(config),
    ...clusterFaults(config),
    ...directoryFaults(config),
    ...erasureFaults(config),
    ...tried(['identifiers'], () => identifierKinds(config.identifiers)),
    ...tried(['consent'], () => purposeTable(config.consent ?? {}, config.region)),
    ...tried(['federation', 'match'], () => matchSettings(config.federation)),
  ];
}

/** What a part of the node says of its own settings, in English. */
function tried(keys: readonly string[], look: () => unknown): ConfigFault[] {
  try {
    look();
    return [];
  } catch (error) {
    const said = (error as Error).message;
    return [{ keys, message: { en: said, zh: `设置有误：${said}` } }];
  }
}

function traitFaults({ computedTraits, timeZone }: Config): ConfigFault[] {
  const lacking = computedTraits.flatMap(({ name, operation, property }, at) =>
    operation !== 'count' && property === undefined
      ? [
          {
            keys: ['computedTraits', String(at)],
            message: {
              en: `${name} needs a property for ${operation}`,
              zh: `${name} 的运算 ${operation} 需要指定 property`,
            },
          },
        ]
      : [],
  );
  const zone = timeZone === undefined || isTimeZone(timeZone) ? [] : [{ keys: ['timeZone'], message: noZone }];
  return [...lacking, ...twice('computedTraits', computedTraits), ...zone];
}

function oversightFaults({ auditSyslog, accessReview }: Config): ConfigFault[] {
  const zone = accessReview?.hours?.timeZone;
  return [
    ...(auditSyslog === undefined ? [] : tried(['auditSyslog'], () => parseSyslog(auditSyslog))),
    ...(zone === undefined || isTimeZone(zone) ? [] : [{ keys: ['accessReview', 'hours', 'timeZone'], message: noZone }]),
  ];
}

/** The server refuses them with an error that says nothing of the setting. */
function proxyFaults({ trustedProxies = [] }: Config): ConfigFault[] {
  return trustedProxies.flatMap((net, at) => {
    const [address = '', bits] = net.split('/');
    const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    if (most > 0 && (bits === undefined || (Number(bits) >= 1 && Number(bits) <= most))) return [];
    const message = {
      en: 'is no address or network; one that holds every address ("/0") is not taken',
      zh: '不是有效的地址或网段；不接受包含所有地址的网段（"/0"）',
    };
    return [{ keys: ['trustedProxies', String(at)], message }];
  });
}

function tlsFaults({ tls, publicUrl }: Config): ConfigFault[] {
  const said = tls && tlsFault(tls, publicUrl);
  if (said === undefined) return [];
  // "/authority: either ..." names the setting in front.
  const [, name, text] = /^\/(\w+): (.*)$/.exec(said) ?? [undefined, undefined, said.trim()];
  return [{ keys: name === undefined ? ['tls'] : ['tls', name], message: { en: text!, zh: tlsInChinese(name) } }];
}

function tlsInChinese(name: string | undefined): string {
  if (name === 'acme')
    return '"acme" 须与 "authority"、"certificate"、"key" 分开使用，并需要 "publicUrl" 或 "names" 指明证书适用的名称';
  if (name === 'authority') return '"authority" 与 "certificate"、"key" 只能二选一';
  if (name === 'names') return '使用外部证书时不需要 "names"：证书本身已写明适用的名称';
  return '需要 "certificate" 与 "key"，或 "authority": "own"，或 "acme"';
}

function backupFaults({ backup }: Config): ConfigFault[] {
  const { to, s3 } = backup ?? {};
  const faults: ConfigFault[] = [];
  if (to?.startsWith('s3://') && !s3) faults.push({ keys: ['backup', 's3'], message: { en: 'is missing', zh: '缺少该设置' } });
  if (s3 && (s3.accessKeyId === undefined) !== (s3.secretAccessKey === undefined))
    faults.push({
      keys: ['backup', 's3'],
      message: { en: 'needs both "accessKeyId" and "secretAccessKey"', zh: '需要同时给出 "accessKeyId" 与 "secretAccessKey"' },
    });
  if (s3?.credentials !== undefined && s3.secretAccessKey !== undefined)
    faults.push({
      keys: ['backup', 's3', 'credentials'],
      message: { en: 'either a file, or "secretAccessKey"', zh: '与 "secretAccessKey" 只能二选一' },
    });
  return faults;
}

function telemetryFaults({ metrics, log }: Config): ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (metrics?.open === 'anyone' && metrics.listen === undefined)
    faults.push({
      keys: ['metrics', 'open'],
      message: { en: 'is for a listener of its own: "listen" is missing', zh: '仅可用于独立监听地址：缺少 "listen"' },
    });
  if (log && log.file === undefined && (log.megabytes !== undefined || log.keep !== undefined))
    faults.push({ keys: ['log', 'file'], message: { en: 'is missing', zh: '缺少该设置' } });
  return faults;
}

/** What lies in one node's folder, and so cannot be of several yet, is refused rather than done by halves. */
function clusterFaults({ cluster, store, erasureLog, federation }: Config): ConfigFault[] {
  if (!cluster) return [];
  const faults: ConfigFault[] = [];
  if (store === undefined)
    faults.push({
      keys: ['cluster'],
      message: { en: 'needs "store": several nodes share a PostgreSQL', zh: '需要先设置 "store"：多节点共用一个 PostgreSQL' },
    });
  if (erasureLog === undefined || !isAbsolute(erasureLog))
    faults.push({
      keys: ['cluster'],
      message: {
        en: 'needs "erasureLog" with an absolute path that all nodes share',
        zh: '需要将 "erasureLog" 设为各节点共用的绝对路径',
      },
    });
  if (federation)
    faults.push({
      keys: ['federation'],
      message: {
        en: 'is not for several nodes yet: run it on a node of its own',
        zh: '暂不支持多节点：请在单独的节点上运行联邦功能',
      },
    });
  return faults;
}

function directoryFaults({ directory, store, storePassword }: Config): ConfigFault[] {
  const { clientSecret, clientSecretFile } = directory?.oidc ?? {};
  const faults: ConfigFault[] = [];
  if (clientSecret !== undefined && clientSecretFile !== undefined)
    faults.push({
      keys: ['directory', 'oidc', 'clientSecretFile'],
      message: { en: 'either this, or "clientSecret"', zh: '与 "clientSecret" 只能二选一' },
    });
  if (storePassword !== undefined && store === undefined)
    faults.push({ keys: ['storePassword'], message: { en: 'needs "store"', zh: '需要先设置 "store"' } });
  return faults;
}

function erasureFaults({ retention = [], erasureTargets = [] }: Config): ConfigFault[] {
  const either = retention.flatMap(({ name, events, records }, at) =>
    (events === undefined) === (records === undefined)
      ? [
          {
            keys: ['retention', String(at)],
            message: { en: `${name} says either events or records`, zh: `${name} 应在 events 与 records 中恰好给出一项` },
          },
        ]
      : [],
  );
  return [...either, ...twice('retention', retention), ...twice('erasureTargets', erasureTargets)];
}

function twice(setting: string, named: readonly { readonly name: string }[]): ConfigFault[] {
  return named.flatMap(({ name }, at) =>
    named.findIndex((one) => one.name === name) < at
      ? [{ keys: [setting, String(at)], message: { en: `${name} is declared twice`, zh: `${name} 重复声明` } }]
      : [],
  );
}
