// The fourth step: how much is tried, and for who wants it what with. Everything has a default.

import { Collapse, Flex, Form, Input, InputNumber, Radio, Switch } from 'antd';
import { space } from '../../design/design.ts';
import { Help } from '../../parts/help.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { budgetWords, learnerWords } from './shared-words.ts';
import type { WizardState } from './wizard-ask.ts';

const words = {
  effort: { en: 'How much is tried', zh: '尝试力度' },
  about: {
    en: 'Boosted trees in several settings and lines under several penalties are tried, sized on inner parts, blended and calibrated; then all of that is tested on customers that none of it had seen.',
    zh: '尝试多组参数的提升树与多种惩罚的线性模型，在内层数据上定规模、融合并校准；最后在全部未见过的客户上检验。',
  },
  small: { en: 'a first look', zh: '先看大概' },
  normal: { en: 'for most; about a minute on some thousand customers', zh: '适合多数情况；数千客户约一分钟' },
  large: { en: 'more settings, several times as long', zh: '更多参数，用时数倍' },
  expert: { en: 'For experts', zh: '专家设置' },
  learners: { en: 'Learners', zh: '学习器' },
  costs: { en: 'What mistakes cost', zh: '错误的代价' },
  costsHelp: {
    en: 'Sets the threshold from which somebody is named. Without both, missing somebody costs as much more as they are rarer.',
    zh: '用于确定选中阈值。未填时，漏掉一位的代价按其稀有程度计算。',
  },
  inVain: { en: 'naming somebody in vain', zh: '误选一位' },
  missed: { en: 'missing somebody', zh: '漏掉一位' },
  seed: { en: 'Seed', zh: '随机种子' },
  seedHelp: { en: 'The same seed and data give the same bytes.', zh: '相同种子与数据得到逐字节相同的结果。' },
  most: { en: 'Customers read at most', zh: '最多读取客户数' },
  name: { en: 'Name of the model', zh: '模型名称' },
  nameHint: { en: 'that of the question', zh: '默认与问题同名' },
  live: { en: 'Scores follow events at once', zh: '评分随事件即时更新' },
} as const;

export function LearningStep({ wizard }: { wizard: WizardState }) {
  const say = useSay();
  const { ask, set } = wizard;
  return (
    <Flex vertical gap={space.medium}>
      <Text type="secondary">{say(words.about)}</Text>
      <Form layout="vertical">
        <Form.Item label={<span id="effort">{say(words.effort)}</span>}>
          <Radio.Group
            aria-labelledby="effort"
            value={ask.budget ?? 'normal'}
            onChange={({ target }) => set({ budget: target.value === 'normal' ? undefined : target.value })}
          >
            <Flex vertical gap={space.small}>
              {(['small', 'normal', 'large'] as const).map((budget) => (
                <Radio key={budget} value={budget}>
                  {say(budgetWords[budget])} <Text type="secondary">· {say(words[budget])}</Text>
                </Radio>
              ))}
            </Flex>
          </Radio.Group>
        </Form.Item>
      </Form>
      <Collapse
        items={[{ key: 'expert', label: say(words.expert), children: <Expert wizard={wizard} /> }]}
        defaultActiveKey={isExpert(wizard) ? ['expert'] : []}
      />
    </Flex>
  );
}

const isExpert = ({ ask: { learners, costs, seed, most, name, live } }: WizardState) =>
  [learners, costs, seed, most, name, live].some((value) => value !== undefined);

function Expert({ wizard: { ask, set } }: { wizard: WizardState }) {
  const say = useSay();
  const number = (key: 'seed' | 'most', min: number, max: number, usual: number) => (
    <InputNumber
      id={key}
      min={min}
      max={max}
      precision={0}
      defaultValue={ask[key] ?? usual}
      onBlur={({ target }) => {
        const value = Number.parseInt(target.value, 10);
        set({ [key]: Number.isSafeInteger(value) && value !== usual ? Math.min(max, Math.max(min, value)) : undefined });
      }}
      style={{ width: 160 }}
    />
  );
  const cost = (key: 'falsePositive' | 'falseNegative', name: { en: string; zh: string }) => (
    <InputNumber
      aria-label={say(name)}
      prefix={say(name)}
      min={0.01}
      {...(ask.costs && { defaultValue: ask.costs[key] })}
      onBlur={({ target }) => {
        const value = Number.parseFloat(target.value);
        const other = key === 'falsePositive' ? 'falseNegative' : 'falsePositive';
        if (value > 0) set({ costs: { falsePositive: 1, falseNegative: 1, [other]: ask.costs?.[other] ?? 1, [key]: value } });
        else set({ costs: undefined });
      }}
      style={{ width: 240 }}
    />
  );
  return (
    <Form layout="vertical">
      <Form.Item label={<span id="learners">{say(words.learners)}</span>}>
        <Radio.Group
          aria-labelledby="learners"
          value={ask.learners ?? 'all'}
          onChange={({ target }) => set({ learners: target.value === 'all' ? undefined : target.value })}
        >
          <Flex vertical gap={space.small}>
            {(['all', 'trees', 'linear'] as const).map((learners) => (
              <Radio key={learners} value={learners}>
                {say(learnerWords[learners])}
              </Radio>
            ))}
          </Flex>
        </Radio.Group>
      </Form.Item>
      <Form.Item
        label={
          <span>
            {say(words.costs)} <Help about={words.costsHelp} />
          </span>
        }
      >
        <Flex gap={space.small} wrap>
          {cost('falsePositive', words.inVain)}
          {cost('falseNegative', words.missed)}
        </Flex>
      </Form.Item>
      <Flex gap={space.large} wrap>
        <Form.Item
          htmlFor="seed"
          label={
            <span>
              {say(words.seed)} <Help about={words.seedHelp} />
            </span>
          }
        >
          {number('seed', 0, 0xffffffff, 7)}
        </Form.Item>
        <Form.Item label={say(words.most)} htmlFor="most">
          {number('most', 200, 1_000_000, 50_000)}
        </Form.Item>
        <Form.Item label={say(words.name)} htmlFor="name">
          <Input
            id="name"
            maxLength={64}
            placeholder={say(words.nameHint)}
            defaultValue={ask.name}
            onBlur={({ target }) => set({ name: target.value.trim() || undefined })}
            style={{ width: 220 }}
          />
        </Form.Item>
        <Form.Item label={say(words.live)} htmlFor="live">
          <Switch id="live" checked={ask.live ?? true} onChange={(live) => set({ live: live ? undefined : false })} />
        </Form.Item>
      </Flex>
    </Form>
  );
}
