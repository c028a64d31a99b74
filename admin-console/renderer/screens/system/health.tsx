// How the node is: what doctor finds and what to do about it, and memory, delay and room over the last days.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex, Table, Typography } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space, type Tone } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Fault } from '../../parts/fault.tsx';
import { FigureCharts } from '../../parts/figures.tsx';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';
import { When } from '../../parts/time.tsx';
import { useSay, type Words } from '../../words/words.ts';
import { SupportBundle } from './support.tsx';

const words = {
  title: { en: 'Health', zh: '健康状况' },
  about: { en: 'What doctor finds amiss, and how the node feels over time.', zh: '诊断发现的问题，以及节点随时间的运行状况。' },
  findings: { en: 'What doctor finds', zh: '诊断结果' },
  help: {
    en: 'The same as the command “holdfast doctor”. The structure of the store is read some minutes after the start and daily; a look now takes minutes where there is much, and one that goes deep reads every page.',
    zh: '与命令 holdfast doctor 相同。存储结构在启动几分钟后及之后每天检查一次；数据较多时，立即检查需要数分钟，深度检查会读取每一页。',
  },
  fresh: { en: 'Look now', zh: '立即检查' },
  deep: { en: 'Look deeply', zh: '深度检查' },
  looked: { en: 'Structure of the store looked at', zh: '存储结构检查时间：' },
  lookedDeeply: { en: 'Structure of the store looked at deeply', zh: '存储结构深度检查时间：' },
  notYet: { en: 'The structure of the store was not looked at since the start.', zh: '启动后尚未检查存储结构。' },
  looking: { en: 'It is being looked at.', zh: '正在检查。' },
  good: { en: '{count} checks are in order.', zh: '{count} 项检查正常。' },
  check: { en: 'Check', zh: '检查项' },
  found: { en: 'Found', zh: '结果' },
  next: { en: 'What to do', zh: '处理办法' },
  state: { en: 'State', zh: '状态' },
  over: { en: 'Over the last week', zh: '最近一周' },
} as const;

const severities: { readonly [severity: string]: { words: Words; tone: Tone; order: number } } = {
  error: { words: { en: 'error', zh: '错误' }, tone: 'bad', order: 0 },
  warning: { words: { en: 'warning', zh: '警告' }, tone: 'wait', order: 1 },
  ok: { words: { en: 'in order', zh: '正常' }, tone: 'good', order: 2 },
};

const asking = ['doctor'] as const;
/** While a look runs, which may outlast the request that asked for it. */
const againMs = 3_000;

export default function Health() {
  const say = useSay();
  const client = useQueryClient();
  const asked = useQuery({
    queryKey: asking,
    queryFn: ({ signal }) => unwrap(api.GET('/api/doctor', { signal })),
    refetchInterval: ({ state: { data } }) => (data?.structure.looking ? againMs : false),
  });
  const look = useMutation({
    mutationFn: (query: { fresh: true } | { deep: true }) => unwrap(api.GET('/api/doctor', { params: { query } })),
    onSuccess: (answer) => client.setQueryData(asking, answer),
    onError: () => client.invalidateQueries({ queryKey: asking }),
  });
  const structure = asked.data?.structure;
  const isLooking = look.isPending || structure?.looking === true;
  return (
    <Page
      title={words.title}
      about={words.about}
      actions={
        <>
          <SupportBundle />
          <Button disabled={isLooking} onClick={() => look.mutate({ fresh: true })}>
            {say(words.fresh)}
          </Button>
          <Button disabled={isLooking} onClick={() => look.mutate({ deep: true })}>
            {say(words.deep)}
          </Button>
        </>
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
          {look.isError && !isLooking && <Fault error={look.error} />}
          <Answer of={asked}>
            {({ findings }) => (
              <>
                <LastLook structure={structure} isLooking={isLooking} />
                <Findings findings={findings} />
              </>
            )}
          </Answer>
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

type Structure = { lookedAtMs?: number; deep?: boolean };

/** How old what is said of the structure is. */
function LastLook({ structure, isLooking }: { structure: Structure | undefined; isLooking: boolean }) {
  const say = useSay();
  const atMs = structure?.lookedAtMs;
  return (
    <Typography.Paragraph type="secondary" aria-live="polite">
      {atMs === undefined ? (
        say(words.notYet)
      ) : (
        <>
          {say(structure?.deep ? words.lookedDeeply : words.looked)} <When atMs={atMs} />
        </>
      )}{' '}
      {isLooking && say(words.looking)}
    </Typography.Paragraph>
  );
}

type Finding = { severity: string; check: string; name: Words; message: Words; next?: Words };

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
        scroll={{ x: 900 }}
        dataSource={sorted.map((finding, key) => ({ ...finding, key }))}
        columns={[
          {
            title: say(words.state),
            width: 110,
            render: (_, { severity }) => <Mark tone={severities[severity]!.tone}>{say(severities[severity]!.words)}</Mark>,
          },
          { title: say(words.check), width: 220, render: (_, { name }) => say(name) },
          { title: say(words.found), width: 320, render: (_, { message }) => <span className="hf-break">{say(message)}</span> },
          {
            title: say(words.next),
            width: 360,
            render: (_, { next }) => next && <span className="hf-break">{say(next)}</span>,
          },
        ]}
      />
    </>
  );
}
