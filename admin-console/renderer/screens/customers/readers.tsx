// Who read or changed this customer before.

import { useQuery } from '@tanstack/react-query';
import { Table } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { Answer } from '../../parts/states.tsx';
import { When } from '../../parts/time.tsx';
import { useSay } from '../../words/words.ts';

const words = {
  who: { en: 'Who', zh: '人员' },
  what: { en: 'What', zh: '操作' },
  purpose: { en: 'Purpose', zh: '用途' },
  outcome: { en: 'Outcome', zh: '结果' },
  when: { en: 'When', zh: '时间' },
} as const;

type Entry = { seq: number; atMs: number; actor: string; action: string; purpose?: string; outcome: string };

export function Readers({ person }: { person: string }) {
  const say = useSay();
  const asked = useQuery({
    queryKey: ['audit', 'who', person],
    queryFn: async () =>
      (await unwrap(api.GET('/api/audit/who-read/{person}', { params: { path: { person } } }))) as unknown as {
        entries: Entry[];
      },
  });
  return (
    <Answer of={asked}>
      {({ entries }) => (
        <Table<Entry>
          rowKey="seq"
          size="small"
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          dataSource={entries}
          columns={[
            { title: say(words.who), dataIndex: 'actor' },
            { title: say(words.what), dataIndex: 'action' },
            { title: say(words.purpose), dataIndex: 'purpose' },
            { title: say(words.outcome), dataIndex: 'outcome' },
            { title: say(words.when), render: (_, { atMs }) => <When atMs={atMs} /> },
          ]}
        />
      )}
    </Answer>
  );
}
