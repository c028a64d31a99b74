// An import under way and what became of it: how far, how many, what was refused and why, with pause, cancel, and the refused rows to take along.

import { DownloadOutlined, PauseOutlined, PlayCircleOutlined, StopOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex, Popconfirm, Progress, Statistic, Typography } from 'antd';
import { useEffect, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import { space } from '../../design/design.ts';
import { download } from '../../parts/download.ts';
import { Fault } from '../../parts/fault.tsx';
import { Mark } from '../../parts/mark.tsx';
import { useMay } from '../../parts/session.ts';
import { Rows } from '../../parts/table.tsx';
import { useFormats, useSay, type Words } from '../../words/words.ts';
import { csvCell } from './import-csv.ts';
import { reasonWords } from './import-reasons.ts';
import { type Progress as Far, forgetRun, type ImportRun, type Refused, type RunState } from './import-run.ts';

const words = {
  into: { en: '{file} into {source}', zh: '{file} 导入到 {source}' },
  far: { en: 'How far the import is', zh: '导入进度' },
  recorded: { en: 'Recorded', zh: '已导入' },
  duplicates: { en: 'Already there', zh: '已存在' },
  quarantined: { en: 'Quarantined', zh: '已隔离' },
  rejected: { en: 'Refused', zh: '已拒绝' },
  pause: { en: 'Pause', zh: '暂停' },
  goOn: { en: 'Go on', zh: '继续' },
  stop: { en: 'Cancel', zh: '取消导入' },
  stopSure: {
    en: 'Rows recorded so far stay. The same file with the same columns goes on there, and no row counts twice.',
    zh: '已导入的行会保留。再次以相同映射导入同一文件会从此处继续，不会重复计入。',
  },
  keep: { en: 'Keep importing', zh: '继续导入' },
  again: { en: 'Import another file', zh: '导入另一文件' },
  look: { en: 'Find a customer', zh: '查找客户' },
  quarantine: { en: 'Open quarantine', zh: '查看隔离区' },
  refused: { en: 'Rows that were not recorded', zh: '未导入的行' },
  save: { en: 'Save them as CSV', zh: '另存为 CSV' },
  beyond: { en: '{count} more are counted and not kept here.', zh: '另有 {count} 行仅计数，未在此保留。' },
  line: { en: 'Line', zh: '行' },
  what: { en: 'What became of it', zh: '结果' },
  why: { en: 'Why', zh: '原因' },
  raw: { en: 'As it stands in the file', zh: '文件原文' },
  none: { en: 'No row was refused', zh: '没有被拒绝的行' },
} as const;

const states: { readonly [state in RunState]: Words } = {
  running: { en: 'Importing', zh: '正在导入' },
  waiting: { en: 'The node is busy or away. It goes on by itself.', zh: '节点繁忙或暂无响应，将自动继续。' },
  paused: { en: 'Paused', zh: '已暂停' },
  stopped: { en: 'Cancelled at line {line}', zh: '已在第 {line} 行取消' },
  failed: { en: 'Stopped at line {line}', zh: '已在第 {line} 行停止' },
  done: { en: 'Done', zh: '已完成' },
};
const bars: { readonly [state in RunState]: 'active' | 'normal' | 'exception' | 'success' } = {
  running: 'active',
  waiting: 'normal',
  paused: 'normal',
  stopped: 'normal',
  failed: 'exception',
  done: 'success',
};

export function RunView({ run, done }: { run: ImportRun; done?: () => void }) {
  const say = useSay();
  const client = useQueryClient();
  const far = useSyncExternalStore(run.subscribe, run.progress);
  const { state, bytesRead, line, fault } = far;
  const { shape, sourceName } = run.parts;
  const over = state === 'done' || state === 'stopped';
  const percent = state === 'done' ? 100 : Math.min(99, Math.floor((100 * bytesRead) / Math.max(1, shape.sizeBytes)));
  useEffect(() => {
    if (!over) return;
    void client.invalidateQueries({ queryKey: ['sources'] });
    void client.invalidateQueries({ queryKey: ['catalogue'] });
    if (state === 'done') done?.();
  }, [over, state, client, done]);
  return (
    <Flex vertical gap={space.medium}>
      <Card
        size="small"
        title={say(words.into, { file: shape.name, source: sourceName })}
        extra={<Controls run={run} far={far} />}
      >
        <Fault error={fault} />
        <Progress percent={percent} status={bars[state]} aria-label={say(words.far)} />
        <div role="status">{say(states[state], { line })}</div>
        <Counts far={far} />
        {over && <Next far={far} />}
      </Card>
      <RefusedRows far={far} name={shape.name} />
    </Flex>
  );
}

function Controls({ run, far: { state } }: { run: ImportRun; far: Far }) {
  const say = useSay();
  if (state === 'done' || state === 'stopped') return null;
  const stands = state === 'paused' || state === 'failed';
  return (
    <Flex gap={space.small}>
      {stands ? (
        <Button icon={<PlayCircleOutlined />} onClick={() => run.goOn()}>
          {say(words.goOn)}
        </Button>
      ) : (
        <Button icon={<PauseOutlined />} onClick={() => run.pause()}>
          {say(words.pause)}
        </Button>
      )}
      <Popconfirm
        title={<div style={{ maxWidth: 300 }}>{say(words.stopSure)}</div>}
        okText={say(words.stop)}
        cancelText={say(words.keep)}
        onConfirm={() => run.stop()}
      >
        <Button danger icon={<StopOutlined />}>
          {say(words.stop)}
        </Button>
      </Popconfirm>
    </Flex>
  );
}

function Counts({ far }: { far: Far }) {
  const say = useSay();
  const formats = useFormats();
  return (
    <Flex gap={space.large} wrap style={{ marginTop: space.medium }}>
      {(['recorded', 'duplicates', 'quarantined', 'rejected'] as const).map((name) => (
        <div key={name} data-count={name}>
          <Statistic title={say(words[name])} value={formats.number(far[name])} />
        </div>
      ))}
    </Flex>
  );
}

function Next({ far }: { far: Far }) {
  const say = useSay();
  const may = useMay();
  return (
    <Flex gap={space.small} wrap style={{ marginTop: space.medium }}>
      <Button type="primary" onClick={forgetRun}>
        {say(words.again)}
      </Button>
      {may('profile.find') && (
        <Link href="/customers">
          <Button>{say(words.look)}</Button>
        </Link>
      )}
      {far.quarantined > 0 && may('quarantine.list') && (
        <Link href="/quarantine">
          <Button>{say(words.quarantine)}</Button>
        </Link>
      )}
    </Flex>
  );
}

function RefusedRows({ far: { refused, beyond }, name }: { far: Far; name: string }) {
  const say = useSay();
  if (refused.length === 0) return null;
  const kinds = { quarantined: words.quarantined, rejected: words.rejected };
  return (
    <Card
      size="small"
      title={say(words.refused)}
      extra={
        <Button icon={<DownloadOutlined />} onClick={() => download(`${name}.rejects.csv`, rejectsCsv(refused), 'text/csv')}>
          {say(words.save)}
        </Button>
      }
    >
      {beyond > 0 && <Typography.Paragraph type="secondary">{say(words.beyond, { count: beyond })}</Typography.Paragraph>}
      <Rows<Refused>
        none={words.none}
        rowKey={({ line, outcome }) => `${outcome} ${line}`}
        dataSource={[...refused]}
        height={360}
        columns={[
          { title: say(words.line), dataIndex: 'line', width: 90, align: 'right' },
          {
            title: say(words.what),
            width: 130,
            render: (_, { outcome }) => <Mark tone={outcome === 'rejected' ? 'bad' : 'wait'}>{say(kinds[outcome])}</Mark>,
          },
          { title: say(words.why), width: 320, render: (_, { reason }) => say(reasonWords(reason)) },
          { title: say(words.raw), dataIndex: 'raw', ellipsis: true, width: 360 },
        ]}
      />
    </Card>
  );
}

function rejectsCsv(refused: readonly Refused[]): string {
  const rows = refused.map(({ line, reason, raw = '' }) => `${line},${csvCell(reason)},${csvCell(raw)}\n`);
  return `\ufeffline,reason,raw\n${rows.join('')}`;
}
