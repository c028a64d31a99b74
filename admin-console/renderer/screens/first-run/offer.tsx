// On the first screen, while the node is not set up: how far it is and where to go on. Gone for good once the node says that all is done.

import { Button, Card, Flex, Progress } from 'antd';
import { useDeferredValue } from 'react';
import { Link } from 'wouter';
import { space } from '../../design/design.ts';
import { to } from '../../parts/screen.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { isFinished, nextStep, optional, stepKeys, stepNames, useFirstSteps, useMaySetUp } from './progress.ts';

const words = {
  title: { en: 'Set up this node', zh: '完成节点初始设置' },
  far: { en: '{done} of {all} steps are done. Next: {step}.', zh: '已完成 {done}/{all} 步。下一步：{step}。' },
  go: { en: 'Go on', zh: '继续' },
} as const;

export function FirstRunOffer() {
  // Its questions after those of the screen that it stands on.
  const isDue = useDeferredValue(useMaySetUp(), false);
  return isDue ? <Offer /> : null;
}

function Offer() {
  const say = useSay();
  const { done } = useFirstSteps(false);
  if (!done || isFinished(done)) return null;
  const needed = stepKeys.filter((step) => !optional.has(step));
  const made = needed.filter((step) => done[step]).length;
  const step = nextStep(done);
  return (
    <Card size="small" style={{ marginBottom: space.large }}>
      <Flex justify="space-between" align="center" gap={space.medium} wrap>
        <div>
          <Text strong>{say(words.title)}</Text>
          <div>
            <Text type="secondary">{say(words.far, { done: made, all: needed.length, step: say(stepNames[step]) })}</Text>
          </div>
          <Progress steps={needed.length} percent={(100 * made) / needed.length} showInfo={false} aria-hidden />
        </div>
        <Link href={to('/first-run/:step', { step })}>
          <Button type="primary">{say(words.go)}</Button>
        </Link>
      </Flex>
    </Card>
  );
}
