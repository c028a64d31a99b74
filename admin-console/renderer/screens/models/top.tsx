// Whom a model scores highest, with the reasons: by the numbers of profiles, which identify nobody outside the node.

import { Button, Flex, Form, Input } from 'antd';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { to } from '../../parts/screen.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import { modelsKey, type WholeModel } from './asked.ts';

const words = {
  about: {
    en: 'Customers who agreed to be scored. Profiles stand under their numbers; what identifies somebody is not shown here.',
    zh: '仅含同意评分的客户，以档案编号标识，不显示身份信息。',
  },
  count: { en: 'How many', zh: '数量' },
  customer: { en: 'Profile', zh: '档案' },
  score: { en: 'Score', zh: '评分' },
  reasons: { en: 'What weighs most', zh: '主要原因' },
  none: { en: 'Nobody has this score', zh: '没有客户有此评分' },
  noneNext: {
    en: 'Only customers who agreed to the purpose of this model are scored.',
    zh: '仅对同意该用途的客户评分。',
  },
  one: { en: 'Explain one profile', zh: '解释单个档案' },
  oneHint: { en: 'number, such as p42', zh: '编号，如 p42' },
  explain: { en: 'Explain', zh: '解释' },
  why: { en: 'Why {id} has this score', zh: '{id} 的评分原因' },
} as const;

const counts = [20, 50, 100] as const;

export function Top({ model: { name, serving } }: { model: WholeModel }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const may = useMay();
  const [limit, setLimit] = useState<number>(counts[0]);
  const asked = useQuery({
    queryKey: [...modelsKey, name, 'top', limit],
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET('/api/models/{name}/top', { params: { path: { name }, query: { limit } }, signal }))).scores,
    enabled: serving !== undefined,
  });
  const explains = may('score.read');
  const shown = (value: number) => (value >= 0 && value <= 1 ? formats.percent(value) : formats.number(value));
  return (
    <Flex vertical gap={space.medium}>
      <Flex gap={space.medium} justify="space-between" align="center" wrap>
        <Text type="secondary">{say(words.about)}</Text>
        <Flex gap={space.medium} wrap>
          {explains && <One name={name} />}
          <Segmented
            aria-label={say(words.count)}
            value={limit}
            onChange={setLimit}
            options={counts.map((count) => ({ value: count, label: String(count) }))}
          />
        </Flex>
      </Flex>
      <Answer of={asked}>
        {(scores) => (
          <Rows<(typeof scores)[number]>
            rowKey="id"
            none={words.none}
            next={words.noneNext}
            dataSource={[...scores]}
            columns={[
              {
                title: say(words.customer),
                width: 110,
                render: (_, { id }) =>
                  explains ? (
                    <Link href={to('/models/:name/customers/:id', { name, id })} aria-label={say(words.why, { id })}>
                      {id}
                    </Link>
                  ) : (
                    id
                  ),
              },
              { title: say(words.score), align: 'right', width: 100, render: (_, { value }) => shown(value) },
              {
                title: say(words.reasons),
                render: (_, { reasons }) => reasons.map((reason) => <div key={reason.en}>{reason[language]}</div>),
              },
            ]}
          />
        )}
      </Answer>
    </Flex>
  );
}

function One({ name }: { name: string }) {
  const say = useSay();
  const [, go] = useLocation();
  return (
    <Form<{ id: string }> layout="inline" onFinish={({ id }) => go(to('/models/:name/customers/:id', { name, id: id.trim() }))}>
      <Form.Item name="id" rules={[{ pattern: /^\s*p\d+\s*$/, required: true, message: say(words.oneHint) }]}>
        <Input aria-label={say(words.one)} placeholder={say(words.oneHint)} style={{ width: 180 }} />
      </Form.Item>
      <Button htmlType="submit">{say(words.explain)}</Button>
    </Form>
  );
}
