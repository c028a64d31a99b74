// The third step: what may be learned from. What would be left out by itself is said with the reason, and can be overruled; what looks like a leak is
// named, and can be left out.

import { Alert, Button, Checkbox, Flex, Input } from 'antd';
import { useState } from 'react';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { Loading } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useLanguage, useSay, type Words } from '../../words/words.ts';
import type { Check } from './asked.ts';
import { dropWords, figure } from './shared-words.ts';
import type { StepProps } from './wizard.tsx';
import type { WizardState } from './wizard-ask.ts';

const words = {
  about: {
    en: 'Everything that is known of a customer and tells something. Customers without consent are no rows at all, whatever is chosen here.',
    zh: '默认使用所有有信息量的特征。未同意的客户不会成为训练数据，与此处选择无关。',
  },
  suspects: {
    en: '{count} features rank the answers so well alone that they may have seen them. Look, and leave them out where they were written down afterwards.',
    zh: '有 {count} 个特征单独即可很好地区分答案，可能包含事后信息。请核查，必要时排除。',
  },
  learn: { en: 'Learn', zh: '使用' },
  feature: { en: 'Feature', zh: '特征' },
  filled: { en: 'Known of', zh: '有值比例' },
  state: { en: 'What happens', zh: '处理方式' },
  used: { en: 'learned from', zh: '用于学习' },
  suspect: { en: 'looks like a leak', zh: '疑似泄露' },
  kept: { en: 'learned from all the same', zh: '仍然使用' },
  byChoice: { en: 'left out by choice', zh: '人工排除' },
  alone: { en: 'AUC alone', zh: '单独 AUC' },
  all: { en: 'All', zh: '全部' },
  in: { en: 'Learned from', zh: '使用' },
  out: { en: 'Left out', zh: '排除' },
  show: { en: 'Show', zh: '显示' },
  find: { en: 'Find a feature', zh: '查找特征' },
  reset: { en: 'As proposed', zh: '恢复默认' },
  none: { en: 'No feature like that', zh: '没有符合的特征' },
  learnFrom: { en: 'Learn from {name}', zh: '使用“{name}”' },
  count: { en: '{used} of {all} learned from', zh: '使用 {used} / {all} 个' },
} as const;

type Feature = Check['features'][number];
type Shown = 'all' | 'in' | 'out';

/** By what the node proposes and what was chosen here. */
export function isLearned({ column, state }: Feature, { ask }: Pick<WizardState, 'ask'>): boolean {
  if (ask.drop?.includes(column)) return false;
  return state !== 'left_out' || ask.keep?.includes(column) === true;
}

export function FeaturesStep({ wizard, check }: StepProps) {
  const say = useSay();
  const language = useLanguage();
  const [shown, show] = useState<Shown>('all');
  const [wanted, find] = useState('');
  if (check.error) return <Fault error={check.error} />;
  if (!check.data) return <Loading />;
  const { features } = check.data;
  const suspects = features.filter((one) => one.state === 'suspect');
  const learned = features.filter((one) => isLearned(one, wizard));
  const looked = features.filter(
    (one) =>
      (shown === 'all' || (shown === 'in') === isLearned(one, wizard)) &&
      `${one.title[language]} ${one.column}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  );
  return (
    <Flex vertical gap={space.medium}>
      <Text type="secondary">{say(words.about)}</Text>
      {suspects.length > 0 && <Alert type="warning" showIcon title={say(words.suspects, { count: suspects.length })} />}
      <Flex gap={space.medium} align="center" wrap>
        <Segmented<Shown>
          aria-label={say(words.show)}
          value={shown}
          onChange={show}
          options={(['all', 'in', 'out'] as const).map((value) => ({ value, label: say(words[value]) }))}
        />
        <Input
          allowClear
          aria-label={say(words.find)}
          placeholder={say(words.find)}
          value={wanted}
          onChange={({ target }) => find(target.value)}
          style={{ width: 220 }}
        />
        <Text type="secondary">{say(words.count, { used: learned.length, all: features.length })}</Text>
        {(wizard.ask.drop || wizard.ask.keep) && (
          <Button onClick={() => wizard.set({ drop: undefined, keep: undefined })}>{say(words.reset)}</Button>
        )}
      </Flex>
      <List features={looked} all={features} wizard={wizard} />
    </Flex>
  );
}

const without = (names: readonly string[] | undefined, name: string) => names?.filter((one) => one !== name) ?? [];
const unlessEmpty = (names: string[]) => (names.length > 0 ? names : undefined);

function List(props: { features: readonly Feature[]; all: readonly Feature[]; wizard: WizardState }) {
  const { features, all, wizard } = props;
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const { ask, set } = wizard;
  const titleOf = (name: string) => all.find(({ column }) => column === name)?.title[language] ?? name;
  const choose = ({ column, state }: Feature, learn: boolean) => {
    const [drop, keep] = [without(ask.drop, column), without(ask.keep, column)];
    if (!learn && state !== 'left_out') drop.push(column);
    if (learn && state === 'left_out') keep.push(column);
    set({ drop: unlessEmpty(drop), keep: unlessEmpty(keep) });
  };
  return (
    <Rows<Feature>
      rowKey="column"
      none={words.none}
      dataSource={[...features]}
      columns={[
        {
          title: say(words.learn),
          width: 80,
          render: (_, feature) => (
            <Checkbox
              checked={isLearned(feature, wizard)}
              // Nothing can be learned from what says nothing.
              disabled={feature.reason === 'empty' || feature.reason === 'constant'}
              aria-label={say(words.learnFrom, { name: feature.title[language] })}
              onChange={({ target }) => choose(feature, target.checked)}
            />
          ),
        },
        {
          title: say(words.feature),
          render: (_, { column, title }) => (
            <>
              <div>{title[language]}</div>
              <Text type="secondary">{column}</Text>
            </>
          ),
        },
        { title: say(words.filled), align: 'right', width: 110, render: (_, { filled }) => formats.percent(filled) },
        {
          title: say(words.state),
          width: 260,
          render: (_, feature) => {
            const [said, tone] = sayingOf(feature, wizard);
            return <Mark tone={tone}>{say(said, { of: feature.of === undefined ? '' : titleOf(feature.of) })}</Mark>;
          },
        },
        { title: say(words.alone), align: 'right', width: 110, render: (_, { auc }) => figure(auc) },
      ]}
    />
  );
}

function sayingOf(feature: Feature, wizard: WizardState): readonly [Words, 'good' | 'wait' | 'bad' | undefined] {
  const { state, reason = '' } = feature;
  const learned = isLearned(feature, wizard);
  if (state === 'left_out')
    return learned ? [words.kept, 'wait'] : [dropWords[reason] ?? words.out, reason === 'leak' ? 'bad' : undefined];
  if (!learned) return [words.byChoice, undefined];
  return state === 'suspect' ? [words.suspect, 'wait'] : [words.used, 'good'];
}
