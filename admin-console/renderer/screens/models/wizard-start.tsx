// The last step: what will happen, in one view, and the button that starts it.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Descriptions, Flex } from 'antd';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { useProven } from '../../parts/step-up.tsx';
import { Text } from '../../parts/text.tsx';
import { useLanguage, useSay } from '../../words/words.ts';
import { changed, useModels, useQuestions } from './asked.ts';
import { budgetWords, learnerWords } from './shared-words.ts';
import type { StepProps } from './wizard.tsx';
import { isLearned } from './wizard-features.tsx';

const words = {
  question: { en: 'Question', zh: '问题' },
  customers: { en: 'Customers', zh: '客户' },
  everybody: { en: 'everybody who agreed', zh: '所有同意的客户' },
  rows: { en: 'Rows', zh: '训练行数' },
  rowsOf: { en: '{rows}, of them {positives} with the answer yes', zh: '{rows} 行，其中 {positives} 行答案为“是”' },
  days: { en: '{horizon} days ahead, {active} back', zh: '预测 {horizon} 天，回溯 {active} 天' },
  time: { en: 'Time', zh: '时间' },
  features: { en: 'Features', zh: '特征' },
  used: { en: '{used} learned from', zh: '使用 {used} 个' },
  learning: { en: 'Learning', zh: '学习方式' },
  serveFirst: { en: 'Let it serve at once, as nothing serves yet', zh: '目前没有使用中的版本，完成后立即启用' },
  challenger: {
    en: 'Version {champion} serves. The new version is compared with it and waits for somebody to decide.',
    zh: '版本 {champion} 正在使用。新版本将与之对比，由人员决定是否启用。',
  },
  waits: { en: 'It serves nobody until somebody promotes it.', zh: '经人员启用前不会用于评分。' },
  back: { en: 'Back', zh: '上一步' },
  start: { en: 'Start the training', zh: '开始训练' },
  background: {
    en: 'It runs at low priority in the background; you may leave.',
    zh: '训练在后台低优先级运行，可随时离开。',
  },
} as const;

export function StartStep({ wizard, check }: StepProps) {
  const say = useSay();
  const language = useLanguage();
  const questions = useQuestions();
  const { ask, goTo } = wizard;
  const { data } = check;
  const title = questions.data?.find(({ name }) => name === ask.question)?.title[language] ?? ask.label ?? '';
  const learned = data?.features.filter((one) => isLearned(one, wizard)).length;
  return (
    <Flex vertical gap={space.medium}>
      <Fault error={check.error} />
      <Descriptions
        size="small"
        bordered
        column={1}
        items={[
          { key: 'question', label: say(words.question), children: title },
          {
            key: 'customers',
            label: say(words.customers),
            children: data
              ? `${ask.segment ?? say(words.everybody)}: ${data.population[language]}`
              : (ask.segment ?? say(words.everybody)),
          },
          ...(data?.horizonDays !== undefined && data.activeDays !== undefined
            ? [
                {
                  key: 'time',
                  label: say(words.time),
                  children: say(words.days, { horizon: data.horizonDays, active: data.activeDays }),
                },
              ]
            : []),
          ...(data
            ? [
                {
                  key: 'rows',
                  label: say(words.rows),
                  children: say(words.rowsOf, { rows: data.rows, positives: data.positives }),
                },
                { key: 'features', label: say(words.features), children: say(words.used, { used: learned ?? 0 }) },
              ]
            : []),
          {
            key: 'learning',
            label: say(words.learning),
            children: `${say(budgetWords[ask.budget ?? 'normal'])} · ${say(learnerWords[ask.learners ?? 'all'])}`,
          },
        ]}
      />
      <Start wizard={wizard} back={() => goTo('learning')} />
    </Flex>
  );
}

function Start({ wizard: { ask }, back }: Pick<StepProps, 'wizard'> & { back(): void }) {
  const say = useSay();
  const may = useMay();
  const proven = useProven();
  const client = useQueryClient();
  const [, go] = useLocation();
  const models = useModels();
  const [serves, setServes] = useState(true);
  const name = ask.name ?? ask.question ?? ask.label;
  const champion = models.data?.find((model) => model.name === name)?.champion;
  const first = models.data !== undefined && champion === undefined && may('model.promote');
  const start = useMutation({
    mutationFn: () =>
      proven(() => unwrap(api.POST('/api/models/train', { body: { ...ask, ...(first && serves && { serveFirst: true }) } }))),
    onSuccess: async ({ id }) => {
      for (const queryKey of changed) await client.invalidateQueries({ queryKey });
      go(to('/trainings/:job', { job: id }));
    },
  });
  return (
    <Flex vertical gap={space.medium} align="start">
      <Fault error={start.error} />
      {champion !== undefined && <Alert type="info" showIcon title={say(words.challenger, { champion })} />}
      {first && (
        <Checkbox checked={serves} onChange={({ target }) => setServes(target.checked)}>
          {say(words.serveFirst)}
        </Checkbox>
      )}
      {champion === undefined && !(first && serves) && <Text type="secondary">{say(words.waits)}</Text>}
      <Text type="secondary">{say(words.background)}</Text>
      <Flex gap={space.small}>
        <Button onClick={back}>{say(words.back)}</Button>
        <Button type="primary" loading={start.isPending} onClick={() => start.mutate()}>
          {say(words.start)}
        </Button>
      </Flex>
    </Flex>
  );
}
