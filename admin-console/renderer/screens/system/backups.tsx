// Backups: how old the newest is, when a restore was last tried out, what lies in the target, and making, verifying and pruning them.

import { Alert, Card, Descriptions, Flex, Progress } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space, type Tone } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useSay, type Words } from '../../words/words.ts';

const words = {
  title: { en: 'Backups', zh: '备份' },
  about: {
    en: 'Sealed copies of the node elsewhere. Nothing in them opens without the key file and the passphrase.',
    zh: '保存在他处的加密副本。没有密钥文件与口令，其中内容无法打开。',
  },
  standing: { en: 'How it stands', zh: '概况' },
  place: { en: 'Place', zh: '位置' },
  every: { en: 'Made', zh: '周期' },
  everyMinutes: { en: 'every {count} minutes', zh: '每 {count} 分钟' },
  asked: { en: 'only when somebody asks', zh: '仅手动' },
  next: { en: 'Next', zh: '下次' },
  newest: { en: 'Newest', zh: '最近备份' },
  verified: { en: 'Verified', zh: '最近校验' },
  tested: { en: 'Restore tried out', zh: '恢复演练' },
  testedHelp: {
    en: 'A restore elsewhere that opened the copy and passed all checks. It needs the passphrase, so it is done by a command: holdfast restore --test',
    zh: '在他处恢复、打开副本并通过全部检查。因需要口令，须以命令执行：holdfast restore --test',
  },
  passed: { en: 'passed', zh: '通过' },
  failed: { en: 'failed', zh: '未通过' },
  never: { en: 'never', zh: '从未' },
  none: { en: 'none', zh: '无' },
  keep: { en: 'Kept', zh: '保留' },
  keeps: {
    en: 'the last {last}, and one for each of {daily} days, {weekly} weeks, {monthly} months',
    zh: '最近 {last} 个，另按 {daily} 天、{weekly} 周、{monthly} 个月各保留一个',
  },
  damagedCount: { en: '{count} objects are damaged', zh: '{count} 个对象已损坏' },
  unset: { en: 'No place for backups is set', zh: '未设置备份位置' },
  unsetNext: {
    en: 'Set "backup": { "to": … } in holdfast.json to a folder on another disk or an S3 store, then start the node again.',
    zh: '请在 holdfast.json 中将 "backup": { "to": … } 设为另一磁盘上的目录或 S3 存储，然后重启节点。',
  },
  latestFailed: { en: 'The latest work failed', zh: '最近一次工作失败' },
  make: { en: 'Back up now', zh: '立即备份' },
  makeAbout: {
    en: 'Copies what changed since the last one, while the node goes on.',
    zh: '复制自上次备份以来的变化，节点照常运行。',
  },
  verify: { en: 'Verify', zh: '校验' },
  verifyAbout: {
    en: 'Reads everything in the target and checks that each piece is what was written. That may take long.',
    zh: '读取目标中的全部内容，检查每个数据块与写入时一致，可能耗时较长。',
  },
  prune: { en: 'Prune', zh: '清理' },
  pruneAbout: {
    en: 'Removes snapshots that the rules do not keep, and what only they refer to. This cannot be undone.',
    zh: '删除保留规则以外的快照及仅由其引用的内容，无法撤销。',
  },
  cancel: { en: 'Cancel the work', zh: '终止' },
  cancelAbout: { en: 'Earlier snapshots stay whole.', zh: '已有快照不受影响。' },
  begun: { en: 'Begun', zh: '已开始' },
  snapshots: { en: 'Snapshots', zh: '快照' },
  noSnapshots: { en: 'No snapshot yet', zh: '尚无快照' },
  noSnapshotsNext: {
    en: 'The first one copies everything, later ones what changed.',
    zh: '首次备份复制全部内容，之后仅复制变化。',
  },
  time: { en: 'As of', zh: '时点' },
  data: { en: 'Data', zh: '数据量' },
  added: { en: 'Added', zh: '新增' },
  version: { en: 'Version', zh: '版本' },
  name: { en: 'Name', zh: '名称' },
  damaged: { en: 'damaged', zh: '已损坏' },
  whole: { en: 'readable', zh: '可用' },
  state: { en: 'State', zh: '状态' },
} as const;

const jobNames: { readonly [kind: string]: Words } = {
  backup: { en: 'Backing up', zh: '正在备份' },
  verify: { en: 'Verifying', zh: '正在校验' },
  prune: { en: 'Pruning', zh: '正在清理' },
};

/** Running work is asked after this often; otherwise now and then, as the schedule goes on by itself. */
const askEveryMs = { running: 500, resting: 15_000 } as const;
const refresh = [['backups'], ['backup-snapshots']] as const;

const isBusy = (job: { state: string } | undefined) => job?.state === 'running' || job?.state === 'waiting';

export default function Backups() {
  const may = useMay();
  const asked = useQuery({
    queryKey: ['backups'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/backups', { signal })),
    refetchInterval: ({ state }) => (isBusy(state.data?.job) ? askEveryMs.running : askEveryMs.resting),
  });
  const running = isBusy(asked.data?.job);
  const ready = asked.data?.target !== undefined && may('backup.start');
  const begin = (kind: 'backup' | 'verify' | 'prune', primary = false) => (
    <Act<object>
      key={kind}
      name={{ backup: words.make, verify: words.verify, prune: words.prune }[kind]}
      about={{ backup: words.makeAbout, verify: words.verifyAbout, prune: words.pruneAbout }[kind]}
      done={words.begun}
      disabled={running}
      refresh={refresh}
      {...(primary && { type: 'primary' as const })}
      act={() => unwrap(api.POST('/api/backups/work', { body: { kind } }))}
    />
  );
  return (
    <Page
      title={words.title}
      about={words.about}
      actions={ready ? <Flex gap={space.small}>{[begin('prune'), begin('verify'), begin('backup', true)]}</Flex> : undefined}
    >
      <Flex vertical gap={space.medium}>
        <Answer of={asked}>{(view) => <Standing view={view} />}</Answer>
        {asked.data?.target !== undefined && <Snapshots key={asked.data.last?.id ?? ''} newest={asked.data.last?.id} />}
      </Flex>
    </Page>
  );
}

type Job = { kind: string; state: string; doneBytes: number; totalBytes?: number };
type View = {
  target?: string;
  everyMinutes?: number;
  keep: { last: number; daily: number; weekly: number; monthly: number };
  nextAtMs?: number;
  job?: Job;
  last?: { id: string; atMs: number; sizeBytes: number };
  failed?: { atMs: number; code: string; where?: string };
  verified?: { atMs: number; damaged: number };
  test?: { atMs: number; ok: boolean };
};

function Standing({ view }: { view: View }) {
  const say = useSay();
  const { target, everyMinutes, keep, nextAtMs, job, last, failed, verified, test } = view;
  if (target === undefined) return <Nothing what={words.unset} next={words.unsetNext} />;
  const none = <Text type="secondary">{say(words.none)}</Text>;
  const tone: Tone = test?.ok ? 'good' : 'bad';
  return (
    <>
      {job && isBusy(job) && <Running job={job} />}
      {failed && failed.atMs > (last?.atMs ?? 0) && (
        <Alert
          type="error"
          showIcon
          title={say(words.latestFailed)}
          description={
            <>
              {failed.code} {failed.where} (<When atMs={failed.atMs} />)
            </>
          }
        />
      )}
      <Card size="small" title={say(words.standing)}>
        <Descriptions
          column={1}
          size="small"
          items={[
            { key: 'place', label: say(words.place), children: <span className="hf-break">{target}</span> },
            {
              key: 'every',
              label: say(words.every),
              children: everyMinutes === undefined ? say(words.asked) : say(words.everyMinutes, { count: everyMinutes }),
            },
            ...(nextAtMs === undefined ? [] : [{ key: 'next', label: say(words.next), children: <When atMs={nextAtMs} /> }]),
            { key: 'keep', label: say(words.keep), children: say(words.keeps, keep) },
            { key: 'newest', label: say(words.newest), children: last ? <When atMs={last.atMs} /> : none },
            {
              key: 'verified',
              label: say(words.verified),
              children: verified ? (
                <Flex gap={space.small}>
                  <When atMs={verified.atMs} />
                  {verified.damaged > 0 && <Mark tone="bad">{say(words.damagedCount, { count: verified.damaged })}</Mark>}
                </Flex>
              ) : (
                none
              ),
            },
            {
              key: 'tested',
              label: (
                <>
                  {say(words.tested)} <Help about={words.testedHelp} />
                </>
              ),
              children: test ? (
                <Flex gap={space.small}>
                  <Mark tone={tone}>{say(test.ok ? words.passed : words.failed)}</Mark>
                  <When atMs={test.atMs} />
                </Flex>
              ) : (
                <Mark tone="wait">{say(words.never)}</Mark>
              ),
            },
          ]}
        />
      </Card>
    </>
  );
}

function Running({ job: { kind, doneBytes, totalBytes } }: { job: Job }) {
  const say = useSay();
  const may = useMay();
  const percent = totalBytes ? Math.min(100, Math.floor((doneBytes / totalBytes) * 100)) : undefined;
  return (
    <Card size="small">
      <Flex gap={space.medium} align="center">
        <Text style={{ flexShrink: 0 }}>{say(jobNames[kind]!)}</Text>
        {percent === undefined ? (
          <Text style={{ flexGrow: 1 }}>{megabytes(doneBytes)}</Text>
        ) : (
          <Progress percent={percent} aria-label={say(jobNames[kind]!)} />
        )}
        {may('backup.cancel') && (
          <Act<object>
            size="small"
            name={words.cancel}
            about={words.cancelAbout}
            refresh={refresh}
            act={() => unwrap(api.POST('/api/backups/cancel'))}
          />
        )}
      </Flex>
    </Card>
  );
}

type Snapshot = { id: string; atMs?: number; sizeBytes?: number; addedBytes?: number; software?: string; damaged?: boolean };

function Snapshots({ newest }: { newest: string | undefined }) {
  const say = useSay();
  const asked = useQuery({
    queryKey: ['backup-snapshots', newest ?? ''],
    queryFn: ({ signal }) => unwrap(api.GET('/api/backups/snapshots', { signal })),
  });
  return (
    <Card size="small" title={say(words.snapshots)}>
      <Answer of={asked}>
        {({ snapshots }) => (
          <Rows<Snapshot>
            rowKey="id"
            none={words.noSnapshots}
            next={words.noSnapshotsNext}
            dataSource={[...snapshots].reverse()}
            columns={[
              {
                title: say(words.time),
                render: (_, { atMs }) => (atMs === undefined ? say(words.damaged) : <When atMs={atMs} />),
              },
              {
                title: say(words.state),
                render: (_, { damaged }) => (
                  <Mark tone={damaged ? 'bad' : 'good'}>{say(damaged ? words.damaged : words.whole)}</Mark>
                ),
              },
              { title: say(words.data), align: 'right', render: (_, { sizeBytes }) => megabytes(sizeBytes) },
              { title: say(words.added), align: 'right', render: (_, { addedBytes }) => megabytes(addedBytes) },
              { title: say(words.version), dataIndex: 'software' },
              { title: say(words.name), render: (_, { id }) => <Text code>{id}</Text> },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}

function megabytes(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  const size = bytes / 1024 ** 2;
  if (size < 1) return `${Math.ceil(bytes / 1024)} KB`;
  return size >= 1024 ? `${(size / 1024).toFixed(1)} GB` : `${size.toFixed(1)} MB`;
}
