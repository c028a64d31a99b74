// The table of what doctor looks at, put together from the slices: a line here is a check more, also of what other parts of the node bring.

import type { App } from './app.ts';
import { auditEntries, auditFlaw, verifyLog } from './core/audit/audit.ts';
import type { Config } from './core/config.ts';
import { type Ports, systemPorts } from './core/ports.ts';
import { lastChanged } from './core/settings/changes.ts';
import type { Finding, Store } from './core/store/store.ts';
import { migrations, type OpenNode } from './node.ts';
import {
  type Check,
  changedFinding,
  checkCertificate,
  checkClock,
  checkEpochs,
  checkForecast,
  checkKeyFiles,
  checkQueues,
  checkSchema,
  Doctor,
  environmentOddities,
  forecastDays,
  newestFileMs,
  oddities,
  type Queue,
} from './oversee/doctor/doctor.ts';
import { upgradeFindings } from './oversee/operations/upgrade/upgrade.ts';
import type { ReindexProgress } from './record/profiles/profiles.ts';

export type DoctorNeeds = {
  store: Store;
  config: Config;
  folder: string;
  ports: Ports;
  /** A copy that is opened to be looked at. */
  apart?: boolean;
  failed(what: string, error: unknown): void;
};

const dayMs = 24 * 3_600_000;

export function openDoctor(app: App, needs: DoctorNeeds): Doctor {
  const { store, ports, failed } = needs;
  const doctor = new Doctor({
    checks: checksOf(app, needs),
    checkStructure: async (deep) => [...(await store.checkStructure(deep)), ...(deep ? await everyEntry(app) : [])],
    clock: ports.clock,
    failed,
  });
  doctor.begin();
  return doctor;
}

/** Those of an open node find nothing while it is sealed, which is said once. */
function checksOf(app: App, { store, config, folder, ports, apart }: DoctorNeeds): Check[] {
  const nowMs = () => ports.clock.nowMs();
  const node = () => (app.sealed ? undefined : app.node());
  /** @returns a check that finds nothing while the node is sealed */
  const open = (id: string, en: string, zh: string, find: (open: OpenNode) => Finding[] | Promise<Finding[]>): Check => ({
    id,
    name: { en, zh },
    find: async () => {
      const opened = node();
      return opened ? find(opened) : [];
    },
  });
  return [
    { id: 'seal', name: sealName, find: () => [sealFinding(node() !== undefined)] },
    { id: 'store', name: { en: 'Store', zh: '存储' }, find: () => store.check() },
    { id: 'schema', name: { en: 'Tables and indexes', zh: '表与索引' }, find: () => checkSchema(store, migrations) },
    { id: 'keys', name: { en: 'Key file', zh: '密钥文件' }, find: () => (apart ? [] : checkKeyFiles(folder)) },
    {
      id: 'certificate',
      name: { en: 'Certificate', zh: '证书' },
      find: () => (app.tls ? checkCertificate({ nowMs: nowMs(), ...app.tls.certificate, publicUrl: config.publicUrl }) : []),
    },
    { id: 'configuration', name: { en: 'Configuration', zh: '配置' }, find: () => configurationFindings(config, folder) },
    {
      id: 'clock',
      name: { en: 'Clock', zh: '时钟' },
      find: async () => {
        // Files have the machine's time, which is not that of a simulated node.
        const isOwn = ports.clock === systemPorts.clock;
        const [lastEntryAtMs, newestFileAtMs] = await Promise.all([lastEntry(node()), isOwn ? newestFileMs(folder) : undefined]);
        return checkClock({ nowMs: nowMs(), lastEntryAtMs, newestFileAtMs });
      },
    },
    {
      id: 'disk-forecast',
      name: { en: 'Disk, forecast', zh: '磁盘预测' },
      find: async () => {
        const known = app.figures();
        return known ? checkForecast(await known.points('diskFreeMb', nowMs() - forecastDays * dayMs, dayMs)) : [];
      },
    },
    open('key-epochs', 'Generation of keys', '密钥代次', async ({ vault }) => {
      const isRotating = app.rotation.state === 'running';
      const [epochs, unfinished] = await Promise.all([vault.epochs(), vault.unfinishedRotations()]);
      return checkEpochs({ nowMs: nowMs(), epochs, unfinished, isRotating });
    }),
    open('queues', 'Queues', '队列', async (opened) => checkQueues(await queuesOf(opened), nowMs())),
    open('identifier-index', 'Index of identifiers', '标识符索引', ({ profiles }) => indexFindings(profiles.reindexing)),
    open('audit-log', 'Audit log', '审计日志', ({ audit }) => audit.check()),
    open('erasures', 'Erasures', '删除', ({ subjects }) => subjects.check()),
    open('alarms', 'Alarms', '告警', ({ alarms }) => alarms.check()),
    open('backup', 'Backup', '备份', ({ backups }) => backups.check()),
    { id: 'upgrade', name: { en: 'Upgrade', zh: '升级' }, find: () => upgradeFindings(folder) },
    open('catalogue', 'Catalogue of fields', '数据目录', ({ governance }) => governance.check()),
    { id: 'access', name: { en: 'Access', zh: '访问' }, find: () => app.policies.check() },
  ];
}

function configurationFindings(config: Config, folder: string): Finding[] {
  const changed = lastChanged(folder);
  return [...oddities(config, folder), ...environmentOddities(process.env), ...(changed ? [changedFinding(changed)] : [])];
}

const sealName = { en: 'Seal', zh: '封存' };

function sealFinding(isOpen: boolean): Finding {
  if (isOpen) return { severity: 'ok', check: 'seal', name: sealName, message: { en: 'The node is open.', zh: '节点已解封。' } };
  return {
    severity: 'warning',
    check: 'seal',
    name: sealName,
    message: { en: 'The node is sealed: it takes and answers nothing.', zh: '节点处于封存状态：不接收也不应答。' },
    next: {
      en: 'Open it: the sign-in page of the console, or "holdfast unseal". What only an open node can be asked is looked at then.',
      zh: '请解封：控制台登录页，或执行 "holdfast unseal"。其余检查需在解封后进行。',
    },
  };
}

/** With a deep look: each entry of the log is hashed again, against the signed heads. Nothing where the node is sealed. */
async function everyEntry(app: App): Promise<Finding[]> {
  if (app.sealed) return [];
  const { flaw, entries } = await verifyLog(app.node().audit.items());
  return [flaw ? auditFlaw(flaw.kind, flaw.entry) : auditEntries(entries)];
}

/** Of a log that is broken nothing is believed, which its own check says. */
async function lastEntry(node: OpenNode | undefined): Promise<number | undefined> {
  return node?.audit.lastAtMs().catch(() => undefined);
}

async function queuesOf({ profiles, audit, quarantine, models }: OpenNode): Promise<Queue[]> {
  return [
    {
      id: 'events',
      name: { en: 'Events to be recorded', zh: '待写入事件' },
      ...profiles.queue(),
      next: {
        en: 'Clients are told to wait and send again. If it lasts: more cores, a faster disk, fewer computed traits.',
        zh: '客户端会收到稍后重试的应答。若持续如此：请增加处理器、换用更快的磁盘或减少计算属性。',
      },
    },
    {
      id: 'audit',
      name: { en: 'Audit entries to be written', zh: '待写入审计记录' },
      ...audit.queue,
      next: {
        en: 'The disk is slow or full, or somebody asks much: see the log of the node, and free disk.',
        zh: '磁盘缓慢或已满，或请求过多：请查看节点日志与可用磁盘。',
      },
    },
    {
      id: 'quarantine',
      name: { en: 'Quarantine of the fullest source', zh: '最满来源的隔离区' },
      ...(await quarantine.fullest()),
      next: {
        en: 'Fix the dictionary of that source, then replay or discard: Quarantine in the console, or "holdfast quarantine". Beyond it new broken events are not kept.',
        zh: '请修正该来源的数据字典，然后重放或丢弃：控制台“隔离区”，或 "holdfast quarantine"。超出后新的违规事件不再保留。',
      },
    },
    {
      id: 'trainings',
      name: { en: 'Trainings', zh: '训练任务' },
      ...models.jobs.queue,
      longestMs: dayMs,
      next: {
        en: 'Cancel those that nobody needs ("holdfast job list", "holdfast job cancel"), or retrain less often.',
        zh: '请取消不需要的任务（"holdfast job list"、"holdfast job cancel"），或降低重新训练的频率。',
      },
    },
  ];
}

function indexFindings(index: ReindexProgress | undefined): Finding[] {
  if (!index) return [];
  const said = { check: 'identifier-index', name: { en: 'Index of identifiers', zh: '标识符索引' } };
  const { done, total } = index;
  if (index.state === 'done')
    return [{ ...said, severity: 'ok', message: { en: 'It fits the configuration.', zh: '与配置一致。' } }];
  if (index.state === 'failed')
    return [
      {
        ...said,
        severity: 'error',
        message: { en: `It stopped at ${done} of ${total}: ${index.code}.`, zh: `停在 ${done}/${total}：${index.code}。` },
        next: {
          en: 'See the log of the node for the cause, then restart it: it goes on where it stopped.',
          zh: '请查看节点日志中的原因并重启节点，将从停止处继续。',
        },
      },
    ];
  const held =
    index.state === 'waiting' ? { en: `, waiting: ${index.code}`, zh: `，等待重试：${index.code}` } : { en: '', zh: '' };
  return [
    {
      ...said,
      severity: 'warning',
      message: {
        en: `It is being made anew for the changed configuration: ${done} of ${total}${held.en}.`,
        zh: `配置已变更，正在重建：${done}/${total}${held.zh}。`,
      },
      next: {
        en: 'Wait: it goes on by itself, and the node serves meanwhile; who was recorded before may not be found by the new kind until then.',
        zh: '请等待：重建自动进行，期间节点照常服务；在此之前，旧记录可能无法按新标识符查到。',
      },
    },
  ];
}
