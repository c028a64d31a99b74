// The terms of a match as fields of a form: with whom and why, what is wanted, which of the ways, and limits.

import type { UseQueryResult } from '@tanstack/react-query';
import { Alert, Checkbox, Flex, Form, Input, InputNumber, Radio, Select, Space, Switch, Typography } from 'antd';
import { space } from '../../design/design.ts';
import { Mark } from '../../parts/mark.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay, type Words } from '../../words/words.ts';
import { type Described, isSame, modeNames, type Option, type Options } from './leakage.tsx';
import type { SourceFields } from './match-source.tsx';
import { Lines } from './proof.tsx';
import { PurposeAndReason } from './purpose-and-reason.tsx';
import { type Federation, isPartner, type Match, useNamed } from './shared.ts';
import { kindNames, uses } from './standing.ts';

const words = {
  federation: { en: 'Federation', zh: '联盟' },
  partner: { en: 'Partner', zh: '合作方' },
  use: { en: 'The result is for', zh: '结果用途' },
  needed: { en: 'Needed', zh: '必填' },
  wants: { en: 'We want to know', zh: '需要得知' },
  items: { en: 'who is shared', zh: '共有哪些客户' },
  count: { en: 'how many', zh: '共有多少' },
  sum: { en: 'a sum over them', zh: '其数值总和' },
  who: { en: 'For', zh: '得知方' },
  one: { en: 'one side', zh: '其中一方' },
  both: { en: 'both', zh: '双方' },
  nobody: { en: 'nobody who', zh: '均不知是谁' },
  way: { en: 'Way', zh: '方式' },
  recommended: { en: 'reveals least', zh: '透露最少' },
  neutral: {
    en: 'The coordinator is neither of the two and counts first: too few shared show nothing.',
    zh: '协调方独立于双方并先行计数：共有过少时不展示任何内容。',
  },
  noNeutral: {
    en: 'There is no neutral counter: only the node of the side that learns keeps to the minimum.',
    zh: '没有中立的计数方：最小数量只由得知结果一方的节点遵守。',
  },
  measuring: {
    en: 'The first time the node measures how fast this machine is, which takes a moment.',
    zh: '首次使用时节点会测量本机速度，请稍候。',
  },
  kinds: { en: 'Matched by', zh: '匹配标识' },
  kindsAbout: { en: 'Fewer kinds tell less.', zh: '标识越少，透露越少。' },
  least: { en: 'Choose at least one', zh: '请至少选择一种' },
  minSize: { en: 'Each side at least', zh: '每方至少' },
  maxSize: { en: 'and at most', zh: '每方至多' },
  minIntersection: { en: 'Shared at least', zh: '共有至少' },
  limitsAbout: { en: 'Empty: as this node’s settings say.', zh: '留空则采用本节点的设置。' },
  countFirst: { en: 'Officers see the count first, and approve once more', zh: '负责人先看数量，再次批准' },
  expect: { en: 'Items that you expect of each side, for the cost', zh: '预计每方条目数（用于估算开销）' },
  sumOf: { en: 'What the partner adds up', zh: '对方求和的内容' },
  stretch: {
    en: 'Stretching (4 to 20): each step doubles the cost of trying',
    zh: '拉伸强度（4 至 20）：每加一级，尝试成本翻倍',
  },
} as const;

export type Fields = SourceFields & {
  federation: string;
  responder: string;
  use: Match['terms']['use'];
  purpose: string;
  reason: string;
  wants: 'items' | 'count' | 'sum';
  who: 'nobody' | 'one' | 'both';
  kinds: Match['terms']['kinds'];
  minSize?: number;
  maxSize?: number;
  minIntersection?: number;
  countFirst: boolean;
  sumOf?: string;
  stretch?: number;
};
export type Way = { readonly mode: string | null; readonly learns: string | null };

export const learnsNames: { readonly [learns in Option['learns']]: Words } = {
  initiator: { en: 'we learn', zh: '本方得知' },
  responder: { en: 'the partner learns', zh: '对方得知' },
  both: { en: 'both learn', zh: '双方得知' },
  neither: { en: 'nobody learns who', zh: '均不知是哪些' },
};

export function WhoAndWhy({ federations, federation }: { federations: readonly Federation[]; federation: Federation }) {
  const say = useSay();
  const named = useNamed();
  const required = [{ required: true, whitespace: true, message: say(words.needed) }];
  const partners = federation.members.filter((one) => isPartner(one, federation.member));
  return (
    <>
      <Form.Item name="federation" label={say(words.federation)} hidden={federations.length === 1}>
        <Select options={federations.map((one) => ({ value: one.federation, label: named(one.name) }))} />
      </Form.Item>
      <Form.Item name="responder" label={say(words.partner)} rules={required}>
        <Select options={partners.map(({ member, name }) => ({ value: member, label: named(name) }))} />
      </Form.Item>
      <Form.Item name="use" label={say(words.use)}>
        <Select options={Object.entries(uses).map(([value, name]) => ({ value, label: say(name) }))} />
      </Form.Item>
      <PurposeAndReason />
    </>
  );
}

export function Wanted() {
  const say = useSay();
  const of = (...values: ('items' | 'count' | 'sum' | 'one' | 'both' | 'nobody')[]) =>
    values.map((value) => ({ value, label: say(words[value]) }));
  return (
    <Flex gap={space.medium} wrap>
      <Form.Item name="wants" label={say(words.wants)}>
        <Segmented options={of('items', 'count', 'sum')} />
      </Form.Item>
      <Form.Item name="who" label={say(words.who)}>
        <Segmented options={of('one', 'both', 'nobody')} />
      </Form.Item>
    </Flex>
  );
}

const keyOf = ({ mode, learns }: Option) => `${mode} ${learns}`;

export function ModeChoice({
  all,
  asked,
  chosen,
  recommended,
  neutral,
  onChoose,
}: {
  all: readonly Described[];
  asked: UseQueryResult<Options>;
  chosen: Option | undefined;
  recommended: Options['recommended'][number] | undefined;
  neutral: boolean;
  onChoose(way: Way): void;
}) {
  const say = useSay();
  // With and without counting first is one way: the switch below says which.
  const ways = all.filter(({ option }, at) => all.findIndex((other) => keyOf(other.option) === keyOf(option)) === at);
  const whoOf = ({ mode, learns }: Option) => (mode === 'count' || mode === 'sums' ? '' : ` · ${say(learnsNames[learns])}`);
  return (
    <Flex vertical gap={space.small}>
      {asked.isPending && <Text type="secondary">{say(words.measuring)}</Text>}
      <Answer of={asked}>
        {() => (
          <div>
            <Text>{say(words.way)}</Text>
            <Radio.Group
              aria-label={say(words.way)}
              style={{ display: 'block', marginTop: space.small }}
              value={chosen && keyOf(chosen)}
              onChange={({ target }) => {
                const [mode = null, learns = null] = String(target.value).split(' ');
                onChoose({ mode, learns });
              }}
            >
              <Space orientation="vertical">
                {ways.map(({ option }) => (
                  <Radio key={keyOf(option)} value={keyOf(option)}>
                    {say(modeNames[option.mode])}
                    {whoOf(option)}{' '}
                    {recommended && isSame({ ...recommended.option, countFirst: option.countFirst }, option) && (
                      <Mark tone="good">{say(words.recommended)}</Mark>
                    )}
                  </Radio>
                ))}
              </Space>
            </Radio.Group>
          </div>
        )}
      </Answer>
      {recommended && <Lines of={[...recommended.why, ...recommended.butNote]} />}
      <Alert type={neutral ? 'info' : 'warning'} title={say(neutral ? words.neutral : words.noNeutral)} />
    </Flex>
  );
}

export function Limits({
  option,
  neutral,
  items,
  onItems,
}: {
  option: Option | undefined;
  neutral: boolean;
  items: number;
  onItems(items: number): void;
}) {
  const say = useSay();
  // Said as a rule of its own: a group of boxes has no attribute that says it is needed.
  const least = {
    validator: (_: unknown, kinds: string[] | undefined) =>
      (kinds ?? []).length > 0 ? Promise.resolve() : Promise.reject(new Error(say(words.least))),
  };
  const number = { min: 1, max: 5_000_000, precision: 0, style: { width: 140 } } as const;
  return (
    <>
      <Form.Item name="kinds" label={say(words.kinds)} extra={say(words.kindsAbout)} rules={[least]}>
        <Checkbox.Group options={Object.entries(kindNames).map(([value, name]) => ({ value, label: say(name) }))} />
      </Form.Item>
      <Flex gap={space.medium} wrap>
        <Form.Item name="minSize" label={say(words.minSize)}>
          <InputNumber {...number} />
        </Form.Item>
        <Form.Item name="maxSize" label={say(words.maxSize)}>
          <InputNumber {...number} />
        </Form.Item>
        <Form.Item name="minIntersection" label={say(words.minIntersection)}>
          <InputNumber {...number} />
        </Form.Item>
      </Flex>
      <Typography.Paragraph type="secondary">{say(words.limitsAbout)}</Typography.Paragraph>
      {neutral && (
        <Form.Item name="countFirst" label={say(words.countFirst)} valuePropName="checked">
          <Switch />
        </Form.Item>
      )}
      {option?.mode === 'sums' && (
        <Form.Item
          name="sumOf"
          label={say(words.sumOf)}
          rules={[{ required: true, whitespace: true, message: say(words.needed) }]}
        >
          <Input maxLength={100} />
        </Form.Item>
      )}
      {option?.mode === 'salted-hash' && (
        <Form.Item name="stretch" label={say(words.stretch)}>
          <InputNumber min={4} max={20} precision={0} />
        </Form.Item>
      )}
      <Form.Item label={say(words.expect)} htmlFor="expected-items">
        <InputNumber {...number} id="expected-items" value={items} onChange={(value) => value && onItems(value)} />
      </Form.Item>
    </>
  );
}
