// One training: how far it is while it runs, and where it led. Whoever watches it end is taken to its report.

import { Alert, Card, Descriptions, Flex, Steps } from 'antd';
import { useEffect, useRef } from 'react';
import { useLocation, useParams } from 'wouter';
import { space } from '../../design/design.ts';
import { Mark } from '../../parts/mark.tsx';
import { useModelTitle } from '../../parts/model-names.ts';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useSegmentShown } from '../../parts/segment-names.ts';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { When } from '../../parts/time.tsx';
import { useLanguage, useSay } from '../../words/words.ts';
import { Who } from '../compliance/who.tsx';
import { type Job, useJob } from './asked.ts';
import { CancelJob, JobProgress } from './progress.tsx';
import { budgetWords, jobTones, jobWords, learnerWords, stages, stageWords } from './shared-words.ts';
import { Go, Trail } from './trail.tsx';

const words = {
  title: { en: 'Training {id}: {model}', zh: '训练任务 {id}：{model}' },
  trainings: { en: 'Trainings', zh: '训练任务' },
  leave: {
    en: 'You may leave this page: the training goes on.',
    zh: '可以离开本页，训练会继续。',
  },
  made: { en: 'It made version {version}.', zh: '已生成版本 {version}。' },
  see: { en: 'See the report', zh: '查看报告' },
  again: { en: 'Train again', zh: '重新训练' },
  cancelled: { en: 'It was cancelled and left no version.', zh: '训练已取消，没有生成版本。' },
  failed: { en: 'It ended without a version.', zh: '训练未能生成版本。' },
  asked: { en: 'Asked for', zh: '提交时间' },
  question: { en: 'Question', zh: '问题' },
  trait: { en: 'Trait', zh: '属性' },
  segment: { en: 'Segment', zh: '人群' },
  everybody: { en: 'everybody', zh: '所有客户' },
  effort: { en: 'Effort', zh: '投入' },
  learners: { en: 'Learners', zh: '学习器' },
  dropped: { en: 'Left out by choice', zh: '人工排除' },
  state: { en: 'State', zh: '状态' },
} as const;

export default function JobPage() {
  const say = useSay();
  const { job = '' } = useParams<{ job: string }>();
  const asked = useJob(Number(job));
  const modelTitle = useModelTitle();
  const model = modelTitle(asked.data?.model ?? '');
  return (
    <Page title={say(words.title, { id: job, model })} {...(asked.data && { actions: <CancelJob job={asked.data} /> })}>
      <Trail steps={[[say(words.trainings), '/trainings'], [job]]} />
      <Answer of={asked}>{(found) => <One job={found} />}</Answer>
    </Page>
  );
}

function One({ job }: { job: Job }) {
  const may = useMay();
  const [, go] = useLocation();
  const watched = useRef(false);
  const { state, version, model } = job;
  if (state === 'running' || state === 'waiting') watched.current = true;
  const led = version !== undefined && may('model.file') ? to('/models/:name/versions/:version', { name: model, version }) : '';
  useEffect(() => {
    if (state === 'done' && watched.current && led !== '') go(led, { replace: true });
  }, [state, led, go]);
  return (
    <Flex vertical gap={space.large}>
      <Outcome job={job} led={led} />
      <Asked job={job} />
    </Flex>
  );
}

function Outcome({ job, led }: { job: Job; led: string }) {
  const say = useSay();
  const language = useLanguage();
  const may = useMay();
  const { state, stage, version, said, where } = job;
  if (state === 'running' || state === 'waiting')
    return (
      <Card size="small">
        <Flex vertical gap={space.medium}>
          <JobProgress job={job} />
          <Steps
            size="small"
            current={stage ? stages.indexOf(stage) : 0}
            items={stages.map((one) => ({ title: say(stageWords[one]) }))}
          />
          <Alert type="info" showIcon title={say(words.leave)} />
        </Flex>
      </Card>
    );
  if (state === 'done')
    return (
      <Alert
        type="success"
        showIcon
        title={say(words.made, { version: version ?? '' })}
        action={
          led !== '' && (
            <Go to={led} type="primary">
              {say(words.see)}
            </Go>
          )
        }
      />
    );
  const ended = state === 'cancelled' ? words.cancelled : words.failed;
  return (
    <Alert
      type={state === 'failed' ? 'error' : 'info'}
      showIcon
      title={state === 'failed' && said ? said.message[language] : say(ended)}
      description={
        state === 'failed' && (
          <>
            {said && <div>{said.next[language]}</div>}
            {where !== undefined && <code className="hf-break">{where}</code>}
          </>
        )
      }
      action={
        may('model.train') && (
          <Go to={`/trainings/new${job.ask.question === undefined ? '' : `?question=${job.ask.question}`}`}>
            {say(words.again)}
          </Go>
        )
      }
    />
  );
}

function Asked({ job: { ask, state, createdAtMs, by } }: { job: Job }) {
  const say = useSay();
  const modelTitle = useModelTitle();
  const segmentShown = useSegmentShown();
  const { question, label, segment, budget = 'normal', learners = 'all', drop = [] } = ask;
  return (
    <Descriptions
      size="small"
      column={{ xs: 1, sm: 1, md: 2 }}
      bordered
      items={[
        { key: 'state', label: say(words.state), children: <Mark tone={jobTones[state]}>{say(jobWords[state])}</Mark> },
        {
          key: 'asked',
          label: say(words.asked),
          children: (
            <>
              <When atMs={createdAtMs} /> · <Who actor={by} />
            </>
          ),
        },
        {
          key: 'what',
          label: say(question ? words.question : words.trait),
          children: question === undefined ? label : modelTitle(question),
        },
        {
          key: 'segment',
          label: say(words.segment),
          children: segment === undefined ? say(words.everybody) : segmentShown(segment),
        },
        { key: 'effort', label: say(words.effort), children: say(budgetWords[budget]) },
        { key: 'learners', label: say(words.learners), children: say(learnerWords[learners]) },
        ...(drop.length > 0 ? [{ key: 'drop', label: say(words.dropped), children: drop.join(', ') }] : []),
      ]}
    />
  );
}
