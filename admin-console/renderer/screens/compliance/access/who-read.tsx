// Who read whom, both ways: everybody who looked at one customer, and everybody whom one colleague looked at.

import { Button, Card, Flex, Form, Input, Select } from 'antd';
import { useLocation } from 'wouter';
import { space } from '../../../design/design.ts';
import { Page } from '../../../parts/page.tsx';
import { to } from '../../../parts/screen.tsx';
import { useSay } from '../../../words/words.ts';
import { readPersonId } from '../person.tsx';
import { useColleagues, useNameOf } from '../who.tsx';

const words = {
  title: { en: 'Who read whom', zh: '访问关系' },
  about: {
    en: 'Out of the audit log, in both directions. Looking here is logged too.',
    zh: '依据审计日志，可双向查询。此处的查看同样留痕。',
  },
  ofCustomer: { en: 'Who looked at this customer?', zh: '谁查看过这位客户' },
  ofColleague: { en: 'Whom did this colleague look at?', zh: '这位人员查看过谁' },
  customer: { en: 'Number of the customer, such as p42', zh: '客户编号，如 p42' },
  wrong: { en: 'p and a number, such as p42', zh: 'p 加数字，如 p42' },
  colleague: { en: 'Colleague', zh: '人员' },
  needed: { en: 'Choose somebody', zh: '请选择' },
  show: { en: 'Show', zh: '查看' },
} as const;

export default function WhoRead() {
  return (
    <Page title={words.title} about={words.about}>
      <Questions />
    </Page>
  );
}

/** Both questions, filled with what was asked last. */
export function Questions({ person, actor }: { person?: string; actor?: string }) {
  const say = useSay();
  const nameOf = useNameOf();
  const colleagues = useColleagues();
  const [, go] = useLocation();
  const actors = [...colleagues.map((one) => one.actor), 'operator'];
  const known = actor && !actors.includes(actor) ? [...actors, actor] : actors;
  return (
    <Flex gap={space.medium} wrap style={{ marginBottom: space.medium }}>
      <Card size="small" title={say(words.ofCustomer)} style={{ flex: '1 1 320px' }}>
        <Form<{ person: string }>
          layout="inline"
          initialValues={{ person: person ?? '' }}
          onFinish={(values) => go(to('/who-read/customer/:id', { id: readPersonId(values.person) ?? '' }))}
        >
          <Form.Item
            name="person"
            style={{ flex: 1, minWidth: 180 }}
            rules={[
              {
                validator: async (_, value?: string) => {
                  if (readPersonId(value ?? '') === undefined) throw new Error(say(words.wrong));
                },
              },
            ]}
            validateTrigger="onSubmit"
          >
            <Input aria-label={say(words.customer)} placeholder={say(words.customer)} maxLength={20} />
          </Form.Item>
          <Button type="primary" htmlType="submit">
            {say(words.show)}
          </Button>
        </Form>
      </Card>
      <Card size="small" title={say(words.ofColleague)} style={{ flex: '1 1 320px' }}>
        <Form<{ actor: string }>
          layout="inline"
          initialValues={actor ? { actor } : {}}
          onFinish={(values) => go(to('/who-read/colleague/:actor', { actor: values.actor }))}
        >
          <Form.Item
            name="actor"
            style={{ flex: 1, minWidth: 180 }}
            rules={[{ required: true, message: say(words.needed) }]}
            validateTrigger="onSubmit"
          >
            <Select
              aria-label={say(words.colleague)}
              placeholder={say(words.colleague)}
              showSearch={{ optionFilterProp: 'label' }}
              options={known.map((one) => ({ value: one, label: nameOf(one) }))}
            />
          </Form.Item>
          <Button type="primary" htmlType="submit">
            {say(words.show)}
          </Button>
        </Form>
      </Card>
    </Flex>
  );
}
