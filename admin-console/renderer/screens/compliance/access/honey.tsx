// Honey customers: records that nobody has a reason to look at. Whoever does raises an alarm.

import { Alert, Flex, Form, Input } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { Act } from '../../../parts/act.tsx';
import { useQuery } from '../../../parts/ask.ts';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { Segmented } from '../../../parts/segmented.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { When } from '../../../parts/time.tsx';
import { useSay } from '../../../words/words.ts';
import { readPersonId } from '../person.tsx';
import { Who } from '../who.tsx';
import { ReviewTabs } from './tabs.tsx';

const words = {
  title: { en: 'Access review', zh: '访问复核' },
  about: {
    en: 'Customers who are there to notice who looks: nobody has a reason to.',
    zh: '专为发现异常查看而设的客户，正常工作无须查看。',
  },
  how: {
    en: 'Make up a customer, or take one who is long gone, and mark it. Only those who review access know which ones they are. Any look from then on is a finding of high severity.',
    zh: '可虚构一位客户，或选用早已离开的客户并加标记。只有访问复核人员知道是哪些。此后任何查看均为高等级异常。',
  },
  plant: { en: 'Mark a customer', zh: '标记客户' },
  plantAbout: { en: 'From now on whoever looks at this customer raises an alarm.', zh: '此后任何人查看该客户都会触发告警。' },
  customer: { en: 'Number of the customer, such as p42', zh: '客户编号，如 p42' },
  wrong: { en: 'p and a number, such as p42', zh: 'p 加数字，如 p42' },
  none: { en: 'No customer is marked', zh: '没有诱饵客户' },
  noneNext: { en: 'Two or three that nobody needs are enough to begin with.', zh: '开始时设两三个无人需要的即可。' },
  number: { en: 'Customer', zh: '客户' },
  since: { en: 'Marked', zh: '标记时间' },
  by: { en: 'By', zh: '标记人' },
  reason: { en: 'Reason', zh: '原因' },
  removed: { en: 'Taken off', zh: '已取消' },
  remove: { en: 'Take off', zh: '取消标记' },
  removeAbout: { en: 'Looks at this customer are findings no more.', zh: '此后查看该客户不再视为异常。' },
  marked: { en: 'Marked', zh: '标记中' },
  all: { en: 'All', zh: '全部' },
} as const;

const honeyKey = ['access-review', 'honey'] as const;

export default function Honey() {
  const say = useSay();
  const may = useMay();
  const [which, setWhich] = useState<'marked' | 'all'>('marked');
  const asked = useQuery({
    queryKey: honeyKey,
    queryFn: ({ signal }) => unwrap(api.GET('/api/access-review/honey', { signal })),
  });
  const plant = may('access-review.honey.add') && (
    <Act<{ person: string; reason: string }>
      name={words.plant}
      about={words.plantAbout}
      type="primary"
      reason
      refresh={[honeyKey]}
      fields={
        <Form.Item
          name="person"
          label={say(words.customer)}
          rules={[
            {
              validator: async (_, value?: string) => {
                if (readPersonId(value ?? '') === undefined) throw new Error(say(words.wrong));
              },
            },
          ]}
        >
          <Input autoFocus maxLength={20} />
        </Form.Item>
      }
      act={({ person, reason }) =>
        unwrap(api.POST('/api/access-review/honey', { body: { person: readPersonId(person) ?? person, reason } }))
      }
    />
  );
  return (
    <Page title={words.title} about={words.about} actions={plant}>
      <ReviewTabs at="/access-review/honey">
        <Flex vertical gap={space.medium}>
          <Alert type="info" title={say(words.how)} />
          <Segmented
            style={{ alignSelf: 'start' }}
            value={which}
            onChange={setWhich}
            options={(['marked', 'all'] as const).map((value) => ({ value, label: say(words[value]) }))}
          />
          <Answer of={asked}>
            {({ honey }) => (
              <Rows
                rowKey="id"
                dataSource={honey.filter(({ removed }) => which === 'all' || !removed)}
                none={words.none}
                next={words.noneNext}
                columns={[
                  { title: say(words.number), dataIndex: 'person' },
                  { title: say(words.since), render: (_, { markedAtMs }) => <When atMs={markedAtMs} /> },
                  { title: say(words.by), render: (_, { by }) => <Who actor={by} /> },
                  { title: say(words.reason), dataIndex: 'reason' },
                  {
                    key: 'removed',
                    align: 'right',
                    render: (_, { id, removed }) =>
                      removed ? (
                        <span title={removed.reason}>
                          <Mark>{say(words.removed)}</Mark>
                        </span>
                      ) : (
                        may('access-review.honey.remove') && (
                          <Act
                            name={words.remove}
                            about={words.removeAbout}
                            size="small"
                            reason
                            refresh={[honeyKey]}
                            act={(body) =>
                              unwrap(api.POST('/api/access-review/honey/{id}/remove', { params: { path: { id } }, body }))
                            }
                          />
                        )
                      ),
                  },
                ]}
              />
            )}
          </Answer>
        </Flex>
      </ReviewTabs>
    </Page>
  );
}
