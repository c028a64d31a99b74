// Preflight: whether this machine can carry a node, told before anything is touched. Each finding says what to do, in the shape of doctor's.

import type { Words } from '../../core/errors.ts';
import type { Finding } from '../../core/store/store.ts';
import { checkDisk, checkFileSystem } from './disk.ts';
import { preflightLimits } from './limits.ts';
import { type Machine, nearestFolder } from './machine.ts';
import { checkName, checkPorts } from './network.ts';

export { type Machine, thisMachine } from './machine.ts';

export type PreflightPlan = {
  /** Where the node's data will lie; it need not be there. */
  folder: string;
  /** What of a node lies there already. */
  existing: { keys: boolean; database: boolean; running: boolean };
  /** Data go to a PostgreSQL server; the folder holds keys and small files alone. */
  onPostgres: boolean;
  /** The name by which clients reach the node. */
  name?: string | undefined;
  ports: readonly { address: string; port: number }[];
  nowMs: number;
  /** When this program was built: no clock stands before it. */
  builtAtMs: number;
};

export async function preflight(machine: Machine, plan: PreflightPlan): Promise<Finding[]> {
  const found = nearestFolder(plan.folder);
  const [clock, name, ports] = await Promise.all([
    checkMachineClock(machine, plan),
    checkName(machine, plan.name),
    checkPorts(machine, plan.ports, plan.existing.running),
  ]);
  return [
    ...checkSystem(machine),
    ...checkCpu(machine),
    ...checkMemory(machine),
    ...checkExisting(plan),
    ...checkFileSystem(machine, found, plan.onPostgres),
    ...checkDisk(machine, found),
    ...clock,
    ...name,
    ...ports,
  ];
}

const fine = (check: string, name: Words, en: string, zh: string): Finding => ({
  severity: 'ok',
  check,
  name,
  message: { en, zh },
});

const numbersOf = (version: string): number[] => version.split('.').map(Number);

function isOlder(version: string, than: string): boolean {
  const [one, other] = [numbersOf(version), numbersOf(than)];
  const at = other.findIndex((number, place) => number !== (one[place] ?? 0));
  return at >= 0 && (one[at] ?? 0) < other[at]!;
}

function checkSystem(machine: Machine): Finding[] {
  const said = { check: 'preflight-system', name: { en: 'System', zh: '操作系统' } };
  const isKnown = machine.platform === 'linux' && ['x64', 'arm64'].includes(machine.architecture);
  if (!isKnown)
    return [
      {
        ...said,
        severity: 'warning',
        message: {
          en: `${machine.platform} on ${machine.architecture}: packages are made and tried out for Linux on x64 and arm64.`,
          zh: `${machine.platform}（${machine.architecture}）：安装包仅针对 x64 与 arm64 的 Linux 制作和测试。`,
        },
        next: { en: 'For use, take a Linux machine or a virtual one.', zh: '正式使用请选用 Linux 主机或虚拟机。' },
      },
    ];
  const glibc = machine.glibc();
  if (glibc === undefined || isOlder(glibc, preflightLimits.glibc))
    return [
      {
        ...said,
        severity: 'error',
        message:
          glibc === undefined
            ? { en: 'There is no glibc here (Alpine has none).', zh: '未检测到 glibc（Alpine 不提供）。' }
            : {
                en: `glibc is ${glibc}, and ${preflightLimits.glibc} is needed.`,
                zh: `glibc 版本为 ${glibc}，要求不低于 ${preflightLimits.glibc}。`,
              },
        next: {
          en: 'Take Debian 11, Ubuntu 20.04, RHEL 8 or a newer one.',
          zh: '请使用 Debian 11、Ubuntu 20.04、RHEL 8 或更新的发行版。',
        },
      },
    ];
  return [
    fine(
      said.check,
      said.name,
      `Linux on ${machine.architecture}, glibc ${glibc}.`,
      `Linux（${machine.architecture}），glibc ${glibc}。`,
    ),
  ];
}

function checkCpu(machine: Machine): Finding[] {
  const said = { check: 'preflight-cpu', name: { en: 'Processor', zh: '处理器' } };
  const flags = machine.cpuFlags();
  const has = (flag: string) => flags === undefined || flags.includes(flag);
  if (machine.architecture === 'x64' && !has('sse4_2'))
    return [
      {
        ...said,
        severity: 'error',
        message: { en: 'It lacks SSE4.2, which the models need.', zh: '处理器不支持模型运行所需的 SSE4.2。' },
        next: {
          en: 'Take a machine from 2009 or later. In a virtual one, give the guest the processor of its host.',
          zh: '请使用 2009 年以后的处理器；虚拟机请将 CPU 类型设为与宿主机一致。',
        },
      },
    ];
  const findings: Finding[] = [];
  if (machine.architecture === 'x64' && !has('avx2'))
    findings.push({
      ...said,
      severity: 'warning',
      message: {
        en: 'It lacks AVX2: training and scoring of models take longer.',
        zh: '处理器不支持 AVX2：模型训练与评分较慢。',
      },
      next: {
        en: 'In a virtual machine, give the guest the processor of its host; otherwise it goes as it is.',
        zh: '虚拟机请将 CPU 类型设为与宿主机一致；否则可照常使用。',
      },
    });
  if (machine.threads < preflightLimits.threads)
    findings.push({
      ...said,
      severity: 'warning',
      message: { en: 'It has one core: a training slows everything else.', zh: '仅有一个核心：训练时其他操作会变慢。' },
      next: { en: 'Give it two cores or more.', zh: '请分配两个以上核心。' },
    });
  if (findings.length > 0) return findings;
  return [fine(said.check, said.name, `${machine.threads} threads.`, `${machine.threads} 个线程。`)];
}

function checkMemory(machine: Machine): Finding[] {
  const said = { check: 'preflight-memory', name: { en: 'Memory', zh: '内存' } };
  const { total, available } = machine.memoryMb();
  const { error, warning } = preflightLimits.memoryMb;
  if (total >= warning && available >= error)
    return [
      fine(said.check, said.name, `${total} MB, of which ${available} MB are free.`, `共 ${total} MB，可用 ${available} MB。`),
    ];
  return [
    {
      ...said,
      severity: total < error ? 'error' : 'warning',
      message: {
        en: `${total} MB, of which ${available} MB are free; 4 GB are meant for a small node.`,
        zh: `共 ${total} MB，可用 ${available} MB；小型节点建议 4 GB。`,
      },
      next: { en: 'Give the machine more memory, or stop what else runs there.', zh: '请增加内存，或停止本机上的其他程序。' },
    },
  ];
}

async function checkMachineClock(machine: Machine, { nowMs, builtAtMs }: PreflightPlan): Promise<Finding[]> {
  const said = { check: 'preflight-clock', name: { en: 'Clock', zh: '时钟' } };
  const dayMs = 86_400_000;
  const next: Words = {
    en: 'Set the clock and have it follow the time server of your network (timedatectl set-ntp true).',
    zh: '请校正时钟，并使其与内网时间服务器同步（timedatectl set-ntp true）。',
  };
  if (nowMs < builtAtMs - dayMs || nowMs > builtAtMs + preflightLimits.aheadYears * 365 * dayMs)
    return [
      {
        ...said,
        severity: 'error',
        message: {
          en: `It says ${new Date(nowMs).toISOString().slice(0, 16)}Z, which cannot be: this program is of ${new Date(builtAtMs).toISOString().slice(0, 10)}.`,
          zh: `当前时间为 ${new Date(nowMs).toISOString().slice(0, 16)}Z，与本程序的构建日期 ${new Date(builtAtMs).toISOString().slice(0, 10)} 不符。`,
        },
        next,
      },
    ];
  if ((await machine.isClockFollowing()) === false)
    return [
      {
        ...said,
        severity: 'warning',
        message: { en: 'It follows no time server.', zh: '未与时间服务器同步。' },
        next,
      },
    ];
  const said16 = new Date(nowMs).toISOString().slice(0, 16);
  return [fine(said.check, said.name, `It says ${said16}Z.`, `当前时间 ${said16}Z。`)];
}

function checkExisting({ folder, existing }: PreflightPlan): Finding[] {
  const said = { check: 'preflight-existing', name: { en: 'Existing data', zh: '已有数据' } };
  if (existing.database && !existing.keys)
    return [
      {
        ...said,
        severity: 'error',
        message: { en: `A database lies in ${folder} without its keys.json.`, zh: `${folder} 中有数据库，但缺少 keys.json。` },
        next: {
          en: 'Put the copy of keys.json back, or name another folder by --data. New keys would open nothing of it.',
          zh: '请放回 keys.json 的副本，或用 --data 指定其他目录。新密钥无法打开其中的数据。',
        },
      },
    ];
  if (!existing.keys) return [fine(said.check, said.name, `None in ${folder}.`, `${folder} 中无数据。`)];
  return [
    fine(
      said.check,
      said.name,
      existing.running
        ? `A node runs on ${folder}. Setting up keeps its keys and data.`
        : `A node lies in ${folder}. Setting up keeps its keys and data.`,
      existing.running ? `${folder} 上的节点正在运行；安装保留其密钥与数据。` : `${folder} 中已有节点；安装保留其密钥与数据。`,
    ),
  ];
}
