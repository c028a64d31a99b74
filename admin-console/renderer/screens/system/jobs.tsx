// Everything that runs in the background on the node, in one list: how far it is, who asked, what came of it, breaking it off and beginning it again.

import { Flex, Progress, Tooltip } from 'antd';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space, type Tone } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { Mark } from '../../parts/mark.tsx';
import { useModelTitle } from '../../parts/model-names.ts';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useSay, type Words } from '../../words/words.ts';
import { Who } from '../compliance/who.tsx';

const words = {
  title: { en: 'Jobs', zh: '任务' },
  about: {
    en: 'Everything that takes long and runs by itself. Heavy work waits its turn, so that the node stays quick.',
    zh: '所有耗时并自动进行的工作。重型任务依次进行，以免拖慢节点。',
  },
  waitingFor: {
    en: '{waiting} wait for a free place: heavy work runs {atOnce} at once ("jobs.atOnce").',
    zh: '{waiting} 个任务等待空位：重型任务最多同时进行 {atOnce} 个（"jobs.atOnce"）。',
  },
  none: { en: 'Nothing runs in the background', zh: '没有后台任务' },
  noneNext: {
    en: 'Trainings, backups, rotations of keys, retention, matches and rounds are listed here while they run and after.',
    zh: '训练、备份、密钥轮换、保留期清理、匹配与联合训练会在此列出。',
  },
  what: { en: 'What', zh: '任务' },
  state: { en: 'State', zh: '状态' },
  progress: { en: 'Progress', zh: '进度' },
  asked: { en: 'Asked for', zh: '提交' },
  result: { en: 'Outcome', zh: '结果' },
  acts: { en: 'Actions', zh: '操作' },
  training: { en: 'Training of {name}', zh: '训练 {name}' },
  cancel: { en: 'Cancel job', zh: '终止' },
  cancelAbout: {
    en: '{what}: it ends now. What is finished stays; it can be run again.',
    zh: '{what}：立即终止。已完成的部分保留，可重新开始。',
  },
  cancelled: { en: 'Cancelled', zh: '已终止' },
  retry: { en: 'Retry', zh: '重试' },
  retryAbout: { en: '{what}: it starts again, or goes on where it stopped.', zh: '{what}：重新开始，或从停止处继续。' },
  begun: { en: 'Started again', zh: '已重新开始' },
  propose: { en: 'Propose it again', zh: '重新提议' },
  minutesLeft: { en: 'about {count} min left', zh: '约剩 {count} 分钟' },
  secondsLeft: { en: 'about {count} s left', zh: '约剩 {count} 秒' },
  resumes: { en: 'After a restart it goes on by itself.', zh: '重启后自动继续。' },
  ends: { en: 'A restart interrupts it; retry it then.', zh: '重启会使其中断，届时可重试。' },
} as const;

type State = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
const states: { readonly [state in State]: { words: Words; tone?: Tone } } = {
  waiting: { words: { en: 'waiting', zh: '等待中' }, tone: 'wait' },
  running: { words: { en: 'running', zh: '进行中' }, tone: 'note' },
  done: { words: { en: 'done', zh: '已完成' }, tone: 'good' },
  failed: { words: { en: 'failed', zh: '失败' }, tone: 'bad' },
  cancelled: { words: { en: 'cancelled', zh: '已终止' } },
};

const refresh = [['jobs'], ['model-jobs'], ['backups'], ['keys', 'rotation']] as const;
/** While something runs; otherwise now and then, as much begins by itself. */
const askEveryMs = { running: 1_000, resting: 10_000 } as const;

async function readJobs() {
  return unwrap(api.GET('/api/jobs'));
}
type Job = Awaited<ReturnType<typeof readJobs>>['jobs'][number];

const isOpen = ({ state }: Job) => state === 'running' || state === 'waiting';

export default function Jobs() {
  const say = useSay();
  const asked = useQuery({
    queryKey: ['jobs'],
    queryFn: readJobs,
    refetchInterval: ({ state }) => (state.data?.jobs.some(isOpen) ? askEveryMs.running : askEveryMs.resting),
  });
  return (
    <Page title={words.title} about={words.about}>
      <Answer of={asked}>
        {({ jobs, places }) => (
          <Flex vertical gap={space.medium}>
            {places.waiting > 0 && <Text type="secondary">{say(words.waitingFor, places)}</Text>}
            <List jobs={jobs} />
          </Flex>
        )}
      </Answer>
    </Page>
  );
}

function List({ jobs }: { jobs: Job[] }) {
  const say = useSay();
  const nameOf = useJobName();
  return (
    <Rows<Job>
      rowKey="id"
      none={words.none}
      next={words.noneNext}
      dataSource={jobs}
      columns={[
        { title: say(words.what), width: 210, render: (_, job) => <What job={job} name={nameOf(job)} /> },
        {
          title: say(words.state),
          width: 170,
          render: (_, job) => (
            <>
              <Mark tone={states[job.state].tone}>{say(states[job.state].words)}</Mark>
              <HowFar job={job} name={nameOf(job)} />
            </>
          ),
        },
        { title: say(words.asked), width: 170, render: (_, job) => <AskedFor job={job} /> },
        { title: say(words.result), width: 260, render: (_, job) => <Outcome job={job} /> },
        { title: say(words.acts), width: 150, render: (_, job) => <Acts job={job} name={nameOf(job)} /> },
      ]}
    />
  );
}

/** A training by the title of its model. */
function useJobName(): (job: Job) => string {
  const say = useSay();
  const modelTitle = useModelTitle();
  return ({ kind, subject, what }) =>
    kind === 'training' && subject !== undefined ? say(words.training, { name: modelTitle(subject) }) : say(what);
}

/** Where it is steered, for whoever is let in there. */
function placeOf({ kind, id, subject = '' }: Job): { href: string; needs: string } | undefined {
  switch (kind) {
    case 'training':
      return { href: to('/trainings/:id', { id }), needs: 'model.jobs' };
    case 'backup':
      return { href: '/backups', needs: 'backup.look' };
    case 'rotation':
      return { href: '/keys', needs: 'keys.rotate' };
    case 'retention':
      return { href: '/erasures/retention', needs: 'retention.read' };
    case 'erasure':
      return { href: to('/erasures/:id', { id: subject }), needs: 'erasure.list' };
    case 'match':
      return { href: to('/matches/:match', { match: subject }), needs: 'match.list' };
    case 'round':
      return { href: to('/rounds/:round', { round: subject }), needs: 'round.list' };
    default:
      return undefined;
  }
}

function What({ job, name }: { job: Job; name: string }) {
  const say = useSay();
  const may = useMay();
  const place = placeOf(job);
  const shown = place && may(place.needs) ? <Link href={place.href}>{name}</Link> : <span>{name}</span>;
  return isOpen(job) ? <Tooltip title={say(job.resumes ? words.resumes : words.ends)}>{shown}</Tooltip> : shown;
}

function HowFar({ job, name }: { job: Job; name: string }) {
  const say = useSay();
  const { done, total, etaMs } = job;
  if (!isOpen(job) || done === undefined || !total) return null;
  const seconds = Math.max(1, Math.round((etaMs ?? 0) / 1000));
  return (
    <div>
      <Progress
        percent={Math.min(100, Math.floor((done / total) * 100))}
        size="small"
        aria-label={`${name} ${say(words.progress)}`}
      />
      {etaMs !== undefined && (
        <Text type="secondary">
          {seconds < 90
            ? say(words.secondsLeft, { count: seconds })
            : say(words.minutesLeft, { count: Math.round(seconds / 60) })}
        </Text>
      )}
    </div>
  );
}

function AskedFor({ job: { atMs, by } }: { job: Job }) {
  return (
    <Flex vertical>
      {atMs !== undefined && <When atMs={atMs} />}
      {by !== undefined && (
        <Text type="secondary">
          <Who actor={by} />
        </Text>
      )}
    </Flex>
  );
}

function Outcome({ job: { how, said, code, where } }: { job: Job }) {
  const say = useSay();
  return (
    <Flex vertical className="hf-break">
      {how && <span>{say(how)}</span>}
      {code !== undefined && <span>{said ? say(said.message) : code}</span>}
      {!said && where !== undefined && <Text type="secondary">{where}</Text>}
      {said && code !== 'cancelled' && <Text type="secondary">{say(said.next)}</Text>}
    </Flex>
  );
}

function Acts({ job, name }: { job: Job; name: string }) {
  const say = useSay();
  const { id, cancel, retry } = job;
  const path = { params: { path: { id } } };
  const place = placeOf(job);
  return (
    <Flex gap={space.small}>
      {cancel === 'yes' && (
        <Act<object>
          size="small"
          name={words.cancel}
          aria-label={`${say(words.cancel)} ${name}`}
          about={say(words.cancelAbout, { what: name })}
          done={words.cancelled}
          refresh={refresh}
          act={() => unwrap(api.POST('/api/jobs/{id}/cancel', path))}
        />
      )}
      {retry === 'yes' && (
        <Act<object>
          size="small"
          name={words.retry}
          aria-label={`${say(words.retry)} ${name}`}
          about={say(words.retryAbout, { what: name })}
          done={words.begun}
          refresh={refresh}
          act={() => unwrap(api.POST('/api/jobs/{id}/retry', path))}
        />
      )}
      {retry === 'approval' && place && <Link href={place.href}>{say(words.propose)}</Link>}
    </Flex>
  );
}
