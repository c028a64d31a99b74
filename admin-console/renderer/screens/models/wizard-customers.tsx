// The second step: whose past is learned from, for which purpose, and at which moments. What comes of the choice is counted at once.

import { Alert, Card, Col, Descriptions, Flex, Form, InputNumber, Row, Select, Spin } from 'antd';
import { useMemo } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Chart, plainGrid } from '../../parts/chart.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Help } from '../../parts/help.tsx';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { useMay } from '../../parts/session.ts';
import { Loading } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import type { Check } from './asked.ts';
import type { StepProps } from './wizard.tsx';

const words = {
  segment: { en: 'Customers', zh: '客户范围' },
  everybody: { en: 'Everybody', zh: '所有客户' },
  horizon: { en: 'Days looked ahead', zh: '预测天数' },
  horizonHelp: {
    en: 'How long after a moment the answer is looked for. By itself: nine of ten of your customers’ orders follow the one before within it.',
    zh: '截止时点之后多少天内寻找答案。默认依据自有客户节奏：十次下单中有九次在此间隔内发生。',
  },
  active: { en: 'Days looked back', zh: '回溯天数' },
  activeHelp: {
    en: 'Who did something in so many days before a moment is asked about.',
    zh: '截止时点之前多少天内有过行为的客户才纳入。',
  },
  byItself: { en: 'chosen by itself', zh: '自动选择' },
  days: { en: 'days', zh: '天' },
  counting: { en: 'Reading the past of some customers…', zh: '正在读取部分客户的历史……' },
  who: { en: 'Who is learned from', zh: '使用哪些客户' },
  persons: { en: 'Customers', zh: '客户' },
  allowed: { en: 'Agreed to “{purpose}”', zh: '同意“{purpose}”用途' },
  leftOut: { en: 'Left out: no consent', zh: '排除：未同意' },
  rows: { en: 'Rows', zh: '训练行数' },
  rowsOf: { en: '{rows}, of them {positives} with the answer yes', zh: '{rows} 行，其中 {positives} 行答案为“是”' },
  sampled: {
    en: 'Counted on a sample of {read} customers; the training reads more.',
    zh: '基于 {read} 位客户的抽样统计，训练时会读取更多。',
  },
  looksFor: { en: 'Looks for', zh: '预测目标' },
  among: { en: 'Among', zh: '适用客户' },
  cutOffs: { en: 'Moments that rows are made at', zh: '截止时点' },
  cutOffsHelp: {
    en: 'A customer is a row at each moment: what had happened by then, and as the answer what happened in the days after. Nothing that came later can be in a row.',
    zh: '每位客户在每个时点各成一行：特征仅含此前发生的事，答案为之后若干天的结果；之后的信息不会进入特征。',
  },
  cutOffsLabel: { en: 'Rows by moment: {list}', zh: '各时点行数：{list}' },
  yes: { en: 'answer yes', zh: '答案为“是”' },
  no: { en: 'answer no', zh: '答案为“否”' },
} as const;

export function CustomersStep({ wizard: { ask, set }, check }: StepProps) {
  const say = useSay();
  const may = useMay();
  const language = useLanguage();
  const segments = useQuery({
    queryKey: ['segments'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/segments', { signal })),
    enabled: may('segment.list'),
  });
  const days = (key: 'horizonDays' | 'activeDays', name: { en: string; zh: string }, help: { en: string; zh: string }) => (
    <Form.Item
      htmlFor={key}
      label={
        <span>
          {say(name)} <Help about={help} />
        </span>
      }
    >
      <InputNumber
        id={key}
        min={1}
        max={730}
        precision={0}
        placeholder={say(words.byItself)}
        {...(ask[key] !== undefined && { defaultValue: ask[key] })}
        suffix={say(words.days)}
        onBlur={({ target }) => {
          const value = Number.parseInt(target.value, 10);
          set({ [key]: Number.isSafeInteger(value) ? Math.min(730, Math.max(1, value)) : undefined });
        }}
        style={{ width: 220 }}
      />
    </Form.Item>
  );
  return (
    <Row gutter={[space.large, space.medium]}>
      <Col xs={24} lg={8}>
        <Form layout="vertical">
          {may('segment.list') && (
            <Form.Item label={say(words.segment)} htmlFor="segment">
              <Select
                id="segment"
                value={ask.segment ?? ''}
                loading={segments.isPending}
                onChange={(segment: string) => set({ segment: segment || undefined })}
                options={[
                  { value: '', label: say(words.everybody) },
                  ...(segments.data?.segments ?? []).map(({ name, label }) => ({
                    value: name,
                    label: label?.[language] ?? name,
                  })),
                ]}
              />
            </Form.Item>
          )}
          {ask.question !== undefined && days('horizonDays', words.horizon, words.horizonHelp)}
          {ask.question !== undefined && days('activeDays', words.active, words.activeHelp)}
        </Form>
      </Col>
      <Col xs={24} lg={16}>
        <Fault error={check.error} />
        {check.isPending && (
          <Flex gap={space.small} vertical>
            <Flex gap={space.small}>
              <Spin size="small" /> <Text type="secondary">{say(words.counting)}</Text>
            </Flex>
            <Loading />
          </Flex>
        )}
        {check.data && !check.error && <Counted check={check.data} />}
      </Col>
    </Row>
  );
}

function Counted({ check }: { check: Check }) {
  const say = useSay();
  const purposeOf = usePurposeName();
  const language = useLanguage();
  const formats = useFormats();
  const { persons, allowed, rows, positives, sampled, read, label, population, purpose, byCutOff } = check;
  return (
    <Flex vertical gap={space.medium}>
      {sampled && <Alert type="info" showIcon title={say(words.sampled, { read })} />}
      <Descriptions
        size="small"
        bordered
        column={{ xs: 1, sm: 1, md: 2 }}
        title={say(words.who)}
        items={[
          { key: 'persons', label: say(words.persons), children: formats.number(persons) },
          { key: 'allowed', label: say(words.allowed, { purpose: purposeOf(purpose) }), children: formats.number(allowed) },
          { key: 'out', label: say(words.leftOut), children: formats.number(persons - allowed) },
          { key: 'rows', label: say(words.rows), children: say(words.rowsOf, { rows, positives }) },
          { key: 'looks', label: say(words.looksFor), children: label[language] },
          { key: 'among', label: say(words.among), children: population[language] },
        ]}
      />
      {byCutOff.length > 0 && <CutOffs byCutOff={byCutOff} />}
    </Flex>
  );
}

function CutOffs({ byCutOff }: { byCutOff: Check['byCutOff'] }) {
  const say = useSay();
  const formats = useFormats();
  const option = useMemo(
    () => ({
      grid: { ...plainGrid, top: 32 },
      legend: { top: 0, right: 0 },
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'category', data: byCutOff.map(({ cutOffMs }) => formats.day(cutOffMs)) },
      yAxis: { type: 'value', minInterval: 1 },
      series: [
        { type: 'bar', stack: 'all', name: say(words.yes), barMaxWidth: 48, data: byCutOff.map(({ positives }) => positives) },
        {
          type: 'bar',
          stack: 'all',
          name: say(words.no),
          barMaxWidth: 48,
          data: byCutOff.map(({ rows, positives }) => rows - positives),
        },
      ],
    }),
    [byCutOff, say, formats],
  );
  const list = byCutOff.map(({ cutOffMs, rows }) => `${formats.day(cutOffMs)} ${rows}`).join(', ');
  return (
    <Card
      size="small"
      title={
        <span>
          {say(words.cutOffs)} <Help about={words.cutOffsHelp} />
        </span>
      }
    >
      <Chart option={option} height={180} label={say(words.cutOffsLabel, { list })} />
    </Card>
  );
}
