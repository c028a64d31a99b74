// The way to a model, step by step: a question, whom and when it is asked of, what may be learned from, how; then it starts. Every step has a default
// that does, so that going on without a choice leads to a model.

import { Button, Flex, Steps } from 'antd';
import { useLocation } from 'wouter';
import { space } from '../../design/design.ts';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Forbidden } from '../../parts/states.tsx';
import { useSay } from '../../words/words.ts';
import { useCheck } from './asked.ts';
import { Trail } from './trail.tsx';
import { useWizard, type WizardState, wizardSteps } from './wizard-ask.ts';
import { CustomersStep } from './wizard-customers.tsx';
import { FeaturesStep } from './wizard-features.tsx';
import { LearningStep } from './wizard-learning.tsx';
import { QuestionStep } from './wizard-question.tsx';
import { StartStep } from './wizard-start.tsx';

const words = {
  title: { en: 'Train a model', zh: '训练模型' },
  about: {
    en: 'The defaults will do: going on to the end leads to a model.',
    zh: '保持默认、一路继续即可得到模型。',
  },
  trainings: { en: 'Trainings', zh: '训练任务' },
  back: { en: 'Back', zh: '上一步' },
  next: { en: 'Continue', zh: '继续' },
} as const;

const stepWords = {
  question: { en: 'Question', zh: '问题' },
  customers: { en: 'Customers and time', zh: '客户与时间' },
  features: { en: 'Features', zh: '特征' },
  learning: { en: 'Learning', zh: '学习方式' },
  start: { en: 'Check and start', zh: '确认并开始' },
} as const;

export default function Wizard() {
  const say = useSay();
  const may = useMay();
  if (!may('model.train')) return <Forbidden />;
  return (
    <Page title={words.title} about={words.about}>
      <Trail steps={[[say(words.trainings), '/trainings'], [say(words.title)]]} />
      <Whole />
    </Page>
  );
}

function Whole() {
  const say = useSay();
  const wizard = useWizard();
  const [, go] = useLocation();
  const { ask, step, goTo } = wizard;
  const chosen = ask.question !== undefined || ask.label !== undefined;
  // Read ahead while the reader looks at the question, so that the next step is there at once.
  const check = useCheck(ask, chosen);
  const at = chosen ? wizardSteps.indexOf(step) : 0;
  const current = wizardSteps[at]!;
  const impossible = check.error !== null && current !== 'question';
  return (
    <Flex vertical gap={space.large}>
      <Steps
        size="small"
        current={at}
        onChange={(next) => goTo(wizardSteps[next]!)}
        items={wizardSteps.map((one, place) => ({ title: say(stepWords[one]), disabled: !chosen && place > 0 }))}
      />
      <Step current={current} wizard={wizard} check={check} />
      {current !== 'start' && (
        <Flex gap={space.small}>
          <Button onClick={() => (at === 0 ? go('/models') : goTo(wizardSteps[at - 1]!))}>{say(words.back)}</Button>
          <Button type="primary" disabled={!chosen || impossible} onClick={() => goTo(wizardSteps[at + 1]!)}>
            {say(words.next)}
          </Button>
        </Flex>
      )}
    </Flex>
  );
}

export type StepProps = { readonly wizard: WizardState; readonly check: ReturnType<typeof useCheck> };

function Step({ current, wizard, check }: StepProps & { current: (typeof wizardSteps)[number] }) {
  if (current === 'question') return <QuestionStep wizard={wizard} />;
  if (current === 'customers') return <CustomersStep wizard={wizard} check={check} />;
  if (current === 'features') return <FeaturesStep wizard={wizard} check={check} />;
  if (current === 'learning') return <LearningStep wizard={wizard} />;
  return <StartStep wizard={wizard} check={check} />;
}
