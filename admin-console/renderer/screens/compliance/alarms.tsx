// Alarms: what somebody must know of now, until they acknowledge it with a note.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex, Input, Segmented, Tag, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Cards } from '../../parts/cards.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { When } from '../../parts/time.tsx';
import { useSay, type Words } from '../../words/words.ts';

const words = {
  title: { en: 'Alarms', zh: '告警' },
  about: { en: 'What somebody must know of now. None holds a value of a customer.', zh: '需立即知悉的事项，不含任何客户数据。' },
  open: { en: 'Open', zh: '未确认' },
  all: { en: 'All', zh: '全部' },
  none: { en: 'No alarm is open', zh: '没有未确认的告警' },
  note: { en: 'Note', zh: '备注' },
  acknowledge: { en: 'Acknowledge', zh: '确认' },
  acknowledged: { en: 'acknowledged', zh: '已确认' },
  times: { en: '{times} times', zh: '{times} 次' },
  high: { en: 'high', zh: '高' },
  medium: { en: 'medium', zh: '中' },
} as const;

const kinds: { readonly [kind: string]: Words } = {
  quality: { en: 'Quality of data fell', zh: '数据质量下降' },
  break_glass: { en: 'Somebody broke the glass', zh: '紧急访问被启用' },
  access_finding: { en: 'Unusual access', zh: '异常访问' },
  model_drift: { en: 'A model drifts', zh: '模型漂移' },
  match_enumeration: { en: 'A match is too like an earlier one', zh: '匹配与先前过于相似' },
};

type State = 'open' | 'all';
type Alarm = {
  id: number;
  kind: string;
  severity: 'medium' | 'high';
  state: 'open' | 'acknowledged';
  lastAtMs: number;
  times: number;
  actor?: string;
  sourceName?: string;
  rule?: string;
};

export default function Alarms() {
  const say = useSay();
  const [state, setState] = useState<State>('open');
  const asked = useQuery({
    queryKey: ['alarms', state],
    queryFn: () => unwrap(api.GET('/api/alarms', { params: { query: { state } } })),
    refetchInterval: 15_000,
  });
  const choice = (
    <Segmented
      value={state}
      onChange={setState}
      options={[
        { value: 'open', label: say(words.open) },
        { value: 'all', label: say(words.all) },
      ]}
    />
  );
  return (
    <Page title={words.title} about={words.about} actions={choice}>
      <Answer of={asked}>
        {({ alarms }) => <Cards of={alarms} none={words.none} card={(alarm) => <One key={alarm.id} alarm={alarm} />} />}
      </Answer>
    </Page>
  );
}

function One({ alarm }: { alarm: Alarm }) {
  const say = useSay();
  const may = useMay();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const acknowledge = useMutation({
    mutationFn: () => unwrap(api.POST('/api/alarms/{id}/acknowledge', { params: { path: { id: alarm.id } }, body: { note } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['alarms'] }),
  });
  const kind = kinds[alarm.kind] ?? { en: alarm.kind, zh: alarm.kind };
  const about = [alarm.sourceName, alarm.rule, alarm.actor].filter(Boolean).join(' · ');
  return (
    <Card size="small">
      <Flex justify="space-between" gap={space.medium} wrap>
        <div>
          <Typography.Text strong>{say(kind)}</Typography.Text>{' '}
          <Mark tone={alarm.severity === 'high' ? 'bad' : 'wait'}>{say(words[alarm.severity])}</Mark>
          {alarm.state === 'acknowledged' && <Tag>{say(words.acknowledged)}</Tag>}
          <div>
            <Typography.Text type="secondary">
              {about} {about && '· '}
              <When atMs={alarm.lastAtMs} />
              {alarm.times > 1 && ` · ${say(words.times, { times: alarm.times })}`}
            </Typography.Text>
          </div>
        </div>
        {alarm.state === 'open' && may('alarms.acknowledge') && (
          <Flex vertical gap={space.small}>
            <Fault error={acknowledge.error} />
            <Flex gap={space.small}>
              <Input
                aria-label={say(words.note)}
                placeholder={say(words.note)}
                value={note}
                onChange={({ target }) => setNote(target.value)}
              />
              <Button disabled={note.trim() === ''} loading={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
                {say(words.acknowledge)}
              </Button>
            </Flex>
          </Flex>
        )}
      </Flex>
    </Card>
  );
}
