// How the node is: what doctor finds and what to do about it, and memory, delay and room over the last days.

import { useQuery } from '@tanstack/react-query';
import { Button, Card, Flex, Table, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space, type Tone } from '../../design/design.ts';
import { FigureCharts } from '../../parts/figures.tsx';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';
import { useSay, type Words } from '../../words/words.ts';

const words = {
  title: { en: 'Health', zh: '健康状况' },
  about: { en: 'What doctor finds amiss, and how the node feels over time.', zh: '诊断发现的问题，以及节点随时间的运行状况。' },
  findings: { en: 'What doctor finds', zh: '诊断结果' },
  help: {
    en: 'The same as the command “holdfast doctor”. A deep look reads every page of the store and may take minutes.',
    zh: '与命令 holdfast doctor 相同。深度检查会读取存储的每一页，可能需要数分钟。',
  },
  deep: { en: 'Look deeply', zh: '深度检查' },
  good: { en: '{count} checks are in order', zh: '{count} 项检查正常' },
  check: { en: 'Check', zh: '检查项' },
  found: { en: 'Found', zh: '结果' },
  state: { en: 'State', zh: '状态' },
  over: { en: 'Over the last week', zh: '最近一周' },
} as const;

const severities: { readonly [severity: string]: { words: Words; tone: Tone; order: number } } = {
  error: { words: { en: 'error', zh: '错误' }, tone: 'bad', order: 0 },
  warning: { words: { en: 'warning', zh: '警告' }, tone: 'wait', order: 1 },
  ok: { words: { en: 'in order', zh: '正常' }, tone: 'good', order: 2 },
};

export default function Health() {
  const say = useSay();
  const [deep, setDeep] = useState(false);
  const asked = useQuery({
    queryKey: ['doctor', deep],
    queryFn: ({ signal }) => unwrap(api.GET('/api/doctor', { params: { query: deep ? { deep } : {} }, signal })),
  });
  return (
    <Page
      title={words.title}
      about={words.about}
      actions={
        <Button loading={deep && asked.isFetching} onClick={() => (deep ? void asked.refetch() : setDeep(true))}>
          {say(words.deep)}
        </Button>
      }
    >
      <Flex vertical gap={space.large}>
        <Card
          size="small"
          title={
            <>
              {say(words.findings)} <Help about={words.help} />
            </>
          }
        >
          <Answer of={asked}>{({ findings }) => <Findings findings={findings} />}</Answer>
        </Card>
        <section>
          <Typography.Title level={2} style={{ fontSize: 16 }}>
            {say(words.over)}
          </Typography.Title>
          <FigureCharts names={['memoryMb', 'loopDelayMs', 'diskFreeMb', 'events', 'quarantined', 'alarms']} days={7} />
        </section>
      </Flex>
    </Page>
  );
}

type Finding = { severity: string; check: string; message: string };

function Findings({ findings }: { findings: readonly Finding[] }) {
  const say = useSay();
  const sorted = [...findings].sort((one, other) => severities[one.severity]!.order - severities[other.severity]!.order);
  const good = findings.filter(({ severity }) => severity === 'ok').length;
  return (
    <>
      <Typography.Paragraph type="secondary">{say(words.good, { count: good })}</Typography.Paragraph>
      <Table<Finding & { key: number }>
        size="small"
        pagination={false}
        rowKey="key"
        dataSource={sorted.map((finding, key) => ({ ...finding, key }))}
        columns={[
          {
            title: say(words.state),
            width: 110,
            render: (_, { severity }) => <Mark tone={severities[severity]!.tone}>{say(severities[severity]!.words)}</Mark>,
          },
          { title: say(words.check), width: 220, dataIndex: 'check' },
          { title: say(words.found), render: (_, { message }) => <span className="hf-break">{message}</span> },
        ]}
      />
    </>
  );
}
