// What doctor says, in Chinese. Findings come from the store in English, the one form that programs and support read; what is not
// known here is shown as it came.

import type { Finding } from '../core/store/store.ts';

const checks: { readonly [check: string]: string } = {
  'key file': '密钥文件',
  'keys.json permission': 'keys.json 权限',
  'access-token permission': 'access-token 权限',
  configuration: '配置',
  node: '节点',
  store: '存储',
  integrity: '完整性',
  'integrity (structure)': '完整性（结构）',
  'integrity (every page and index)': '完整性（全部页与索引）',
  references: '引用',
  size: '大小',
  'write-ahead log': '预写日志',
  'free disk': '可用磁盘',
  'identifier index': '标识符索引',
  'audit log': '审计日志',
  'audit sink': '审计签名头副本',
  'audit syslog': '审计签名头（syslog）',
  'break-glass': '紧急访问',
  alarms: '告警',
  'alarm syslog': '告警（syslog）',
  catalogue: '数据目录',
  erasure: '删除',
  backup: '备份',
  'backup place': '备份位置',
  'backup contents': '备份内容',
  'backup key': '备份密钥',
  'restore tested': '恢复演练',
  version: '版本',
  collation: '排序规则',
};

const messages: readonly [RegExp, string][] = [
  [/^opens with the passphrase$/, '口令可以打开'],
  [/^present$/, '存在'],
  [/^valid$/, '有效'],
  [/^not running$/, '未运行'],
  [/^no database yet; .*$/, '尚无数据库；执行 "holdfast serve" 时创建'],
  [/^owner only$/, '仅所有者可读'],
  [/^other users can read it: chmod 600$/, '其他用户可读取：请执行 chmod 600'],
  [/^(\S+) is (\S+), should be (\S+)$/, '$1 为 $2，应为 $3'],
  [/^fits the configuration$/, '与配置一致'],
  [/^stopped at (\d+) of (\d+): (\S+)$/, '停在 $1/$2：$3'],
  [/^being made anew for the changed configuration: (\d+) of (\d+)$/, '配置已变更，正在重建：$1/$2'],
  [
    /^being made anew for the changed configuration: (\d+) of (\d+), waiting: (\S+)$/,
    '配置已变更，正在重建：$1/$2，等待重试：$3',
  ],
  [/^(\d+) entries, signed$/, '$1 条记录，已签名'],
  [/^not what was signed: .*$/, '与签名不符：请执行 "holdfast audit verify"，并恢复可通过验证的副本'],
  [/^heads cannot be written there: (\S+)$/, '无法写入签名头：$1'],
  [/^(\d+) open: "holdfast alarms list".*$/, '$1 条未确认：请执行 "holdfast alarms list"，然后 "holdfast alarms ack"'],
  [/^no room for more than (\d+) open ones: acknowledge some$/, '未确认告警已达上限 $1 条：请先确认部分告警'],
  [/^alarms cannot be sent there: (\S+)$/, '无法发送告警：$1'],
  [
    /^(\d+) not reviewed: "holdfast break-glass list --open".*$/,
    '$1 次未复核：请执行 "holdfast break-glass list --open"，然后 "holdfast break-glass review"',
  ],
  [/^what was observed cannot be written: (\S+); tried again every (\d+) s$/, '观测结果无法写入：$1；每 $2 秒重试'],
  [/^no fault found$/, '未发现问题'],
  [/^the database is damaged$/, '数据库已损坏'],
  [/^every row that is referred to is there$/, '被引用的行均存在'],
  [/^(\S+ MB) in (\d+) pages of (\d+) bytes, (\d+) of them free$/, '$1，$2 页，每页 $3 字节，其中 $4 页空闲'],
  [/^(\S+ MB), bound (\S+ MB)$/, '$1，上限 $2'],
  [/^(\S+ MB) free$/, '剩余 $1'],
  [/^the server drops its log of what was erased$/, '服务器会清除已删除数据的日志'],
  [/^wal_recycle is on, so that [^:]*: (.*)$/, 'wal_recycle 已开启，旧日志段只改名而不删除：$1'],
  [/^wal_keep_size keeps (\S+) of old segments: (.*)$/, 'wal_keep_size 保留 $1 的旧日志段：$2'],
  [
    /^archive_mode is (\S+): .* or (ALTER SYSTEM SET archive_mode = off) and restart$/,
    'archive_mode 为 $1：归档中有每个日志段的副本；请让副本到期，或执行 $2 并重启',
  ],
  [
    /^(\d+) replication slots keep segments until they are read: .* (SELECT .*)$/,
    '$1 个复制槽在读取前保留日志段；对 pg_replication_slots 中无人读取的逐个执行 $2',
  ],
  [
    /^(\d+) replicas or receivers are sent the log \((.*)\): .*$/,
    '$1 个副本或接收端会收到日志（$2）：其留存由其自身决定，请采用相同设置',
  ],
  [
    /^the server's log of statements has their values, wrapped keys too: (.*)$/,
    '服务器的语句日志含有参数值，包括已封装的密钥：$1',
  ],
  [/^the node may not ask for a checkpoint: (.*)$/, '节点无权请求检查点：$1'],
  [/^the node may not begin a new segment: (.*)$/, '节点无权切换日志段：$1'],
  [/^the node may not see whether segments are gone: (.*)$/, '节点无法查看日志段是否已删除：$1'],
  [/^no place for backups is set: .*$/, '未设置备份位置：请在 holdfast.json 中设置 "backup"'],
  [/^none was made yet$/, '尚未备份'],
  [/^the newest is of (\S+)$/, '最近备份时点：$1'],
  [/^the latest failed: (\S+); the newest is of (\S+)$/, '最近一次失败：$1；最近备份时点：$2'],
  [/^the latest failed: (\S+)$/, '最近一次失败：$1'],
  [/^never: run "holdfast restore --test"$/, '从未演练：请执行 "holdfast restore --test"'],
  [/^failed on (\S+): (\S+)$/, '$1 未通过：$2'],
  [/^last on (\S+)$/, '最近一次：$1'],
  [/^cannot be used: (\S+)$/, '无法使用：$1'],
  [/^is on the disk of the data folder: .*$/, '与数据目录在同一磁盘：磁盘损坏时会一并丢失'],
  [/^(\d+) objects are damaged: .*$/, '$1 个对象已损坏：请执行 "holdfast backup verify"'],
  [/^was never exported: .*$/, '从未导出：没有 keys.json 任何备份都无法打开，请执行 "holdfast backup key"'],
  [/^(\S+); text sorts as in SQLite only under C$/, '$1；仅在 C 下文本排序与 SQLite 一致'],
];

/** The check and the message of a finding for a person who reads Chinese. */
export function inChinese({ check, message }: Finding): { check: string; message: string } {
  const setting = /^setting (.*)$/.exec(check)?.[1];
  const known = messages.find(([pattern]) => pattern.test(message));
  return {
    check: setting === undefined ? (checks[check] ?? check.replace(/^erasure /, '删除 ')) : `设置 ${setting}`,
    message: known ? message.replace(known[0], known[1]) : message,
  };
}
