// Trainings: what runs, how far it is, and what came of those before.

import { Flex, Typography } from 'antd';
import { Link } from 'wouter';
import { space } from '../../design/design.ts';
import { Mark } from '../../parts/mark.tsx';
import { useModelTitle } from '../../parts/model-names.ts';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { When } from '../../parts/time.tsx';
import { useSay } from '../../words/words.ts';
import { Who } from '../compliance/who.tsx';
import { type Job, useJobs } from './asked.ts';
import { CancelJob, JobProgress } from './progress.tsx';
import { budgetWords, jobTones, jobWords } from './shared-words.ts';
import { Go } from './trail.tsx';

const words = {
  title: { en: 'Trainings', zh: '训练任务' },
  about: {
    en: 'One runs at a time, at low priority. It goes on when you leave this page, and after a restart of the node.',
    zh: '每次运行一个，低优先级执行；离开本页或节点重启后会继续。',
  },
  none: { en: 'Nothing was trained yet', zh: '尚无训练任务' },
  noneNext: { en: 'Train a question: the defaults will do.', zh: '选择一个问题开始训练，默认设置即可。' },
  train: { en: 'Train a model', zh: '训练模型' },
  running: { en: 'Running now', zh: '正在运行' },
  history: { en: 'Before', zh: '历史' },
  model: { en: 'Model', zh: '模型' },
  state: { en: 'State', zh: '状态' },
  asked: { en: 'Asked for', zh: '提交时间' },
  by: { en: 'By', zh: '提交人' },
  schedule: { en: 'its schedule', zh: '定期计划' },
  took: { en: 'Took', zh: '用时' },
  came: { en: 'Result', zh: '结果' },
  version: { en: 'version {number}', zh: '版本 {number}' },
  number: { en: 'Training', zh: '任务' },
  effort: { en: 'Effort', zh: '投入' },
  seconds: { en: '{count} s', zh: '{count} 秒' },
  minutes: { en: '{count} min', zh: '{count} 分钟' },
} as const;

export default function Jobs() {
  const say = useSay();
  const may = useMay();
  const asked = useJobs();
  return (
    <Page
      title={words.title}
      about={words.about}
      actions={
        may('model.train') && (
          <Go to="/trainings/new" type="primary">
            {say(words.train)}
          </Go>
        )
      }
    >
      <Answer of={asked}>
        {(jobs) => {
          const open = jobs.filter(({ state }) => state === 'running' || state === 'waiting');
          return (
            <Flex vertical gap={space.large}>
              {open.length > 0 && <Open jobs={open} />}
              <Past jobs={jobs.filter((job) => !open.includes(job))} />
            </Flex>
          );
        }}
      </Answer>
    </Page>
  );
}

export function Open({ jobs }: { jobs: readonly Job[] }) {
  const say = useSay();
  const modelTitle = useModelTitle();
  return (
    <section aria-label={say(words.running)}>
      <Typography.Title level={2} style={{ fontSize: 16 }}>
        {say(words.running)}
      </Typography.Title>
      <Flex vertical gap={space.medium}>
        {jobs.map((job) => (
          <Flex key={job.id} gap={space.medium} align="center" wrap>
            <div style={{ flex: '1 1 320px' }}>
              <Link href={to('/trainings/:job', { job: job.id })}>{modelTitle(job.model)}</Link>
              <JobProgress job={job} />
            </div>
            <CancelJob job={job} />
          </Flex>
        ))}
      </Flex>
    </section>
  );
}

function Past({ jobs }: { jobs: readonly Job[] }) {
  const say = useSay();
  const modelTitle = useModelTitle();
  const may = useMay();
  const took = ({ startedAtMs, endedAtMs }: Job) => {
    if (startedAtMs === undefined || endedAtMs === undefined) return '–';
    const seconds = Math.max(1, Math.round((endedAtMs - startedAtMs) / 1000));
    return seconds < 90 ? say(words.seconds, { count: seconds }) : say(words.minutes, { count: Math.round(seconds / 60) });
  };
  return (
    <section aria-label={say(words.history)}>
      <Rows<Job>
        rowKey="id"
        dataSource={[...jobs]}
        none={words.none}
        next={words.noneNext}
        columns={[
          {
            title: say(words.number),
            width: 90,
            render: (_, { id }) => <Link href={to('/trainings/:job', { job: id })}>{id}</Link>,
          },
          { title: say(words.model), render: (_, { model }) => modelTitle(model) },
          { title: say(words.state), render: (_, { state }) => <Mark tone={jobTones[state]}>{say(jobWords[state])}</Mark> },
          {
            title: say(words.came),
            render: (_, { version, code, model }) =>
              version === undefined ? (
                (code ?? '–')
              ) : may('model.file') ? (
                <Link href={to('/models/:name/versions/:version', { name: model, version })}>
                  {say(words.version, { number: version })}
                </Link>
              ) : (
                say(words.version, { number: version })
              ),
          },
          { title: say(words.effort), render: (_, { ask }) => say(budgetWords[ask.budget ?? 'normal']) },
          { title: say(words.took), align: 'right', render: (_, job) => took(job) },
          { title: say(words.asked), render: (_, { createdAtMs }) => <When atMs={createdAtMs} /> },
          { title: say(words.by), render: (_, { by, scheduled }) => (scheduled ? say(words.schedule) : <Who actor={by} />) },
        ]}
      />
    </section>
  );
}
