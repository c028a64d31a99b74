// The way from a fresh node to the first customer in it, step by step: each can be left and taken up again, and the node says which are done.

import { CheckCircleFilled, ClockCircleOutlined } from '@ant-design/icons';
import { Alert, Button, Card, Flex, Typography } from 'antd';
import { type ReactNode, useContext, useState } from 'react';
import { Link, Redirect, useParams } from 'wouter';
import { palettes, space } from '../../design/design.ts';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { ModeContext } from '../../parts/settings.ts';
import { Forbidden, Loading, Wrong } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { Importer } from '../data/import.tsx';
import type { MadeKey } from '../data/sources-key.tsx';
import { FirstEvent } from './event.tsx';
import { SecondPeople } from './people.tsx';
import {
  type Done,
  isFinished,
  nextStep,
  optional,
  type StepKey,
  stepKeys,
  stepNames,
  useFirstSteps,
  useMaySetUp,
} from './progress.ts';
import { SealStep } from './seal.tsx';
import { FirstSource } from './source.tsx';

const words = {
  title: { en: 'Set up this node', zh: '节点初始设置' },
  about: {
    en: 'Five steps from an empty node to its first customer. Leave whenever you like: what is done stays done.',
    zh: '五步完成从空节点到首位客户的设置。可随时离开，已完成的步骤会保留。',
  },
  steps: { en: 'Steps', zh: '步骤' },
  done: { en: 'done', zh: '已完成' },
  open: { en: 'to do', zh: '待完成' },
  optional: { en: 'optional', zh: '可选' },
  back: { en: 'Back', zh: '上一步' },
  next: { en: 'Next step', zh: '下一步' },
  leave: { en: 'Leave for now', zh: '暂时离开' },
  home: { en: 'To the first screen', zh: '前往首页' },
  all: { en: 'This node is set up.', zh: '节点已完成初始设置。' },
} as const;

const isStep = (step: string | undefined): step is StepKey => (stepKeys as readonly (string | undefined)[]).includes(step);

export default function FirstRun() {
  const say = useSay();
  const may = useMaySetUp();
  const { step } = useParams<{ step?: string }>();
  return (
    <Page
      title={words.title}
      about={words.about}
      actions={
        <Link href="/">
          <Button>{say(words.leave)}</Button>
        </Link>
      }
    >
      {may ? <Walk step={isStep(step) ? step : undefined} /> : <Forbidden />}
    </Page>
  );
}

function Walk({ step }: { step: StepKey | undefined }) {
  const { done, error, refetch } = useFirstSteps(true);
  // Known as long as the page stands: a key is seen by nobody later.
  const [made, setMade] = useState<MadeKey>();
  if (!done) return error ? <Wrong error={error} again={refetch} /> : <Loading />;
  if (!step) return <Redirect to={to('/first-run/:step', { step: nextStep(done) })} replace />;
  const bodies: { readonly [key in StepKey]: ReactNode } = {
    seal: <SealStep />,
    people: <SecondPeople />,
    source: <FirstSource made={made} take={setMade} />,
    event: <FirstEvent made={made} arrived={refetch} />,
    import: <Importer done={refetch} />,
  };
  return (
    <Flex gap={space.large} align="start" wrap>
      <List done={done} step={step} />
      <div style={{ flex: '1 1 520px', minWidth: 0 }}>
        <Card title={<StepTitle step={step} done={done[step]} />}>{bodies[step]}</Card>
        <Onward step={step} done={done} />
      </div>
    </Flex>
  );
}

function StepTitle({ step, done }: { step: StepKey; done: boolean }) {
  const say = useSay();
  return (
    <Flex gap={space.small} align="center">
      <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
        {say(stepNames[step])}
      </Typography.Title>
      <Sign done={done} />
    </Flex>
  );
}

function Sign({ done }: { done: boolean }) {
  const { dark } = useContext(ModeContext);
  const palette = palettes[dark ? 'dark' : 'light'];
  return done ? (
    <CheckCircleFilled aria-hidden style={{ color: palette.series[2] }} />
  ) : (
    <ClockCircleOutlined aria-hidden style={{ color: palette.text }} />
  );
}

function List({ done, step }: { done: Done; step: StepKey }) {
  const say = useSay();
  return (
    <nav aria-label={say(words.steps)} style={{ flex: '0 0 220px' }}>
      <Flex vertical gap={space.hair} component="ol" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {stepKeys.map((key, at) => (
          <li key={key} data-step={key} data-done={done[key]}>
            <Link
              href={to('/first-run/:step', { step: key })}
              aria-current={key === step ? 'step' : undefined}
              style={{ display: 'block', padding: space.small, borderRadius: 6 }}
            >
              <Flex gap={space.small} align="center">
                <Sign done={done[key]} />
                <div>
                  <Text strong={key === step}>
                    {at + 1}. {say(stepNames[key])}
                  </Text>
                  <div>
                    <Text type="secondary">{say(done[key] ? words.done : optional.has(key) ? words.optional : words.open)}</Text>
                  </div>
                </div>
              </Flex>
            </Link>
          </li>
        ))}
      </Flex>
    </nav>
  );
}

function Onward({ step, done }: { step: StepKey; done: Done }) {
  const say = useSay();
  const at = stepKeys.indexOf(step);
  const [before, after] = [stepKeys[at - 1], stepKeys[at + 1]];
  return (
    <Flex vertical gap={space.medium} style={{ marginTop: space.medium }}>
      {isFinished(done) && <Alert type="success" showIcon title={say(words.all)} />}
      <Flex gap={space.small} justify="space-between">
        {before ? (
          <Link href={to('/first-run/:step', { step: before })}>
            <Button>{say(words.back)}</Button>
          </Link>
        ) : (
          <span />
        )}
        {after ? (
          <Link href={to('/first-run/:step', { step: after })}>
            <Button type={done[step] ? 'primary' : 'default'}>{say(words.next)}</Button>
          </Link>
        ) : (
          <Link href="/">
            <Button type={isFinished(done) ? 'primary' : 'default'}>{say(words.home)}</Button>
          </Link>
        )}
      </Flex>
    </Flex>
  );
}
