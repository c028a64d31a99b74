// Everything long that runs on the node, in one list: trainings, rotations of keys, matches and rounds with others, each with how far it is and the
// place where it is steered.

import { useQueries } from '@tanstack/react-query';
import { Progress, Typography } from 'antd';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import type { Tone } from '../../design/design.ts';
import { Mark } from '../../parts/mark.tsx';
import { useModelTitle } from '../../parts/model-names.ts';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Loading } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { When } from '../../parts/time.tsx';
import { useSay, type Words } from '../../words/words.ts';

const words = {
  title: { en: 'Jobs', zh: '任务' },
  about: {
    en: 'What takes long and runs by itself. A restart interrupts none of it for good.',
    zh: '耗时且自动进行的任务，重启后会继续。',
  },
  none: { en: 'Nothing long runs', zh: '没有长时间运行的任务' },
  noneNext: {
    en: 'Trainings, rotations of keys, matches and rounds are listed here while they run and after.',
    zh: '训练、密钥轮换、匹配与联合训练会在此列出。',
  },
  what: { en: 'What', zh: '任务' },
  state: { en: 'State', zh: '状态' },
  progress: { en: 'Progress', zh: '进度' },
  began: { en: 'Began', zh: '开始' },
  training: { en: 'Training of {name}', zh: '训练 {name}' },
  rotation: { en: 'Rotation of keys', zh: '密钥轮换' },
  match: { en: 'Match with other organisations', zh: '与其他机构匹配' },
  round: { en: 'Training together', zh: '联合训练' },
  backup: { en: 'Backup', zh: '备份' },
  backupVerify: { en: 'Verifying of backups', zh: '校验备份' },
  backupPrune: { en: 'Pruning of backups', zh: '清理备份' },
  indexing: { en: 'Index of identifiers made anew', zh: '重建标识索引' },
} as const;

const states: { readonly [state: string]: { words: Words; tone?: Tone } } = {
  waiting: { words: { en: 'waiting', zh: '等待中' }, tone: 'wait' },
  running: { words: { en: 'running', zh: '进行中' }, tone: 'note' },
  done: { words: { en: 'done', zh: '已完成' }, tone: 'good' },
  failed: { words: { en: 'failed', zh: '失败' }, tone: 'bad' },
  cancelled: { words: { en: 'cancelled', zh: '已取消' } },
  ended: { words: { en: 'ended', zh: '已结束' } },
};

type Job = { key: string; what: string; state: string; percent?: number; atMs?: number; to?: string };
type Say = ReturnType<typeof useSay>;

/** Where long work is asked after, each for whoever may know. */
const askers: readonly { needs: string; ask(say: Say, modelTitle: (name: string) => string): Promise<Job[]> }[] = [
  {
    needs: 'model.jobs',
    async ask(say, modelTitle) {
      const { jobs } = (await unwrap(api.GET('/api/model-jobs'))) as unknown as {
        jobs: { id: number; model: string; state: string; createdAtMs: number; share?: number }[];
      };
      return jobs.slice(0, 50).map(({ id, model, state, createdAtMs, share }) => ({
        key: `training ${id}`,
        what: say(words.training, { name: modelTitle(model) }),
        state,
        ...(share !== undefined && { percent: Math.floor(share * 100) }),
        atMs: createdAtMs,
        to: '/models',
      }));
    },
  },
  {
    needs: 'node.look',
    async ask(say) {
      const { state, done = 0, total = 0 } = await unwrap(api.GET('/api/keys/rotation'));
      if (state === undefined || state === 'none') return [];
      return [
        {
          key: 'rotation',
          what: say(words.rotation),
          state,
          percent: total === 0 ? 100 : Math.floor((done / total) * 100),
          to: '/keys',
        },
      ];
    },
  },
  {
    needs: 'node.look',
    async ask(say) {
      const {
        state,
        done = 0,
        total = 0,
      } = (await unwrap(api.GET('/api/identity/index'))) as unknown as {
        state: string;
        done?: number;
        total?: number;
      };
      if (state === 'done') return [];
      return [{ key: 'index', what: say(words.indexing), state, percent: total === 0 ? 0 : Math.floor((done / total) * 100) }];
    },
  },
  {
    needs: 'backup.look',
    async ask(say) {
      const { job } = await unwrap(api.GET('/api/backups'));
      if (!job) return [];
      const names = { backup: words.backup, verify: words.backupVerify, prune: words.backupPrune };
      return [
        {
          key: 'backup',
          what: say(names[job.kind]),
          state: job.state,
          ...(job.totalBytes && { percent: Math.min(100, Math.floor((job.doneBytes / job.totalBytes) * 100)) }),
          atMs: job.startedAtMs,
          to: '/backups',
        },
      ];
    },
  },
  {
    needs: 'match.list',
    async ask(say) {
      const { matches } = (await unwrap(api.GET('/api/matches'))) as unknown as {
        matches: { session: string; phase: string; createdAtMs: number }[];
      };
      return matches.slice(0, 50).map(({ session, phase, createdAtMs }) => ({
        key: session,
        what: say(words.match),
        state: phase === 'ended' ? 'ended' : 'running',
        atMs: createdAtMs,
        to: '/matches',
      }));
    },
  },
  {
    needs: 'round.list',
    async ask(say) {
      const { rounds } = (await unwrap(api.GET('/api/rounds'))) as unknown as {
        rounds: { round: string; phase: string; proposedAtMs?: number }[];
      };
      return rounds.slice(0, 50).map(({ round, phase, proposedAtMs }) => ({
        key: round,
        what: say(words.round),
        state: phase === 'ended' ? 'ended' : 'running',
        ...(proposedAtMs !== undefined && { atMs: proposedAtMs }),
        to: '/rounds',
      }));
    },
  },
];

export default function Jobs() {
  const say = useSay();
  const may = useMay();
  const modelTitle = useModelTitle();
  const mine = askers.filter(({ needs }) => may(needs) || needs === 'node.look');
  const asked = useQueries({
    queries: mine.map(({ ask, needs }, at) => ({
      queryKey: ['jobs', needs, at],
      queryFn: () => ask(say, modelTitle),
      refetchInterval: 3_000,
    })),
  });
  const isRunning = ({ state }: Job) => state === 'running' || state === 'waiting';
  const jobs = asked
    .flatMap(({ data = [] }) => data)
    .sort((one, other) => Number(isRunning(other)) - Number(isRunning(one)) || (other.atMs ?? 0) - (one.atMs ?? 0));
  return (
    <Page title={words.title} about={words.about}>
      {asked.some(({ isPending }) => isPending) && jobs.length === 0 ? (
        <Loading />
      ) : (
        <Rows<Job>
          rowKey="key"
          none={words.none}
          next={words.noneNext}
          dataSource={jobs}
          columns={[
            { title: say(words.what), render: (_, { what, to }) => (to === undefined ? what : <Link href={to}>{what}</Link>) },
            {
              title: say(words.state),
              width: 120,
              render: (_, { state }) => (
                <Mark tone={states[state]?.tone}>{say(states[state]?.words ?? { en: state, zh: state })}</Mark>
              ),
            },
            {
              title: say(words.progress),
              width: 220,
              render: (_, job) =>
                job.percent === undefined ? (
                  <Typography.Text type="secondary">–</Typography.Text>
                ) : (
                  <Progress percent={job.percent} size="small" aria-label={`${job.what} ${say(words.progress)}`} />
                ),
            },
            { title: say(words.began), width: 160, render: (_, { atMs }) => (atMs === undefined ? '–' : <When atMs={atMs} />) },
          ]}
        />
      )}
    </Page>
  );
}
