// Writing an impact assessment: what for, why it is needed, what may happen to people and what is done about it, and what it comes to. How the node is
// set up is added by the node itself.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex, Form, Input, Radio, Select, Typography } from 'antd';
import { Link, useLocation } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { Fault } from '../../../parts/fault.tsx';
import { Page } from '../../../parts/page.tsx';
import { usePurposes } from '../../../parts/purpose-names.ts';
import { to } from '../../../parts/screen.tsx';
import { useProven } from '../../../parts/step-up.tsx';
import { useSay } from '../../../words/words.ts';
import { type Conclusion, conclusions, conclusionWords, type Level, levels, levelWords } from './assessment-words.ts';
import { assessmentsKey } from './assessments.tsx';

const words = {
  title: { en: 'Write an impact assessment', zh: '撰写影响评估' },
  about: {
    en: 'It is kept as it is, for as long as the law says. How the node is set up is added by itself.',
    zh: '完成后原样保存至法定期限，节点的实际设置将自动附入。',
  },
  name: { en: 'Title', zh: '标题' },
  nameHint: { en: 'Profiling for offers', zh: '为个性化优惠进行画像' },
  purposes: { en: 'Purposes', zh: '用途' },
  necessity: { en: 'Is it lawful, legitimate and necessary?', zh: '目的、方式是否合法、正当、必要' },
  necessityHint: { en: 'What is it for, and why does nothing milder do?', zh: '用于什么？为何没有影响更小的方式？' },
  risks: { en: 'Risks to the people, and measures', zh: '对个人权益的影响与保护措施' },
  risk: { en: 'What may happen to people', zh: '可能对个人造成的影响' },
  likelihood: { en: 'Likelihood', zh: '可能性' },
  severity: { en: 'Severity', zh: '严重性' },
  measure: { en: 'What is done about it', zh: '应对措施' },
  add: { en: 'One more risk', zh: '再加一项风险' },
  remove: { en: 'Remove', zh: '移除' },
  conclusion: { en: 'Conclusion', zh: '结论' },
  keep: { en: 'Keep', zh: '保存' },
  cancel: { en: 'Leave', zh: '放弃' },
  needed: { en: 'Needed', zh: '必填' },
} as const;

type Risk = { risk: string; likelihood: Level; severity: Level; measure: string };
type Draft = { title: string; purposes: string[]; necessity: string; risks: Risk[]; conclusion: Conclusion };
const newRisk: Risk = { risk: '', likelihood: 'low', severity: 'medium', measure: '' };

export default function NewAssessment() {
  const say = useSay();
  const client = useQueryClient();
  const proven = useProven();
  const purposes = usePurposes();
  const [, go] = useLocation();
  const keep = useMutation({
    mutationFn: (body: Draft) => proven(() => unwrap(api.POST('/api/assessments', { body }))),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: assessmentsKey });
      go(to('/register/assessments/:id', { id }));
    },
  });
  const needed = [{ required: true, whitespace: true, message: say(words.needed) }];
  return (
    <Page title={words.title} about={words.about} actions={<Link href="/register/assessments">{say(words.cancel)}</Link>}>
      <Card>
        <Form<Draft>
          layout="vertical"
          requiredMark={false}
          scrollToFirstError
          initialValues={{ risks: [newRisk] }}
          onFinish={(draft) => keep.mutate(draft)}
          style={{ maxWidth: 860 }}
        >
          <Fault error={keep.error} />
          <Form.Item name="title" label={say(words.name)} rules={needed}>
            <Input autoFocus maxLength={200} placeholder={say(words.nameHint)} />
          </Form.Item>
          <Form.Item
            name="purposes"
            label={say(words.purposes)}
            rules={[{ required: true, type: 'array', min: 1, message: say(words.needed) }]}
          >
            <Select mode="multiple" options={purposes.map(({ purpose, name }) => ({ value: purpose, label: say(name) }))} />
          </Form.Item>
          <Form.Item name="necessity" label={say(words.necessity)} rules={needed}>
            <Input.TextArea rows={3} maxLength={20_000} placeholder={say(words.necessityHint)} />
          </Form.Item>
          <Typography.Title level={2} style={{ fontSize: 16 }}>
            {say(words.risks)}
          </Typography.Title>
          <Risks />
          <Form.Item
            name="conclusion"
            label={say(words.conclusion)}
            rules={[{ required: true, message: say(words.needed) }]}
            style={{ marginTop: space.medium }}
          >
            <Radio.Group options={conclusions.map((value) => ({ value, label: say(conclusionWords[value][0]) }))} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={keep.isPending}>
            {say(words.keep)}
          </Button>
        </Form>
      </Card>
    </Page>
  );
}

function Risks() {
  const say = useSay();
  const needed = [{ required: true, whitespace: true, message: say(words.needed) }];
  const options = levels.map((value) => ({ value, label: say(levelWords[value][0]) }));
  return (
    <Form.List name="risks">
      {(fields, { add, remove }) => (
        <Flex vertical gap={space.medium} align="start">
          {fields.map(({ key, name }) => (
            <Card key={key} size="small" style={{ width: '100%' }}>
              <Form.Item name={[name, 'risk']} label={say(words.risk)} rules={needed}>
                <Input maxLength={2_000} />
              </Form.Item>
              <Flex gap={space.medium} wrap>
                {(['likelihood', 'severity'] as const).map((which) => (
                  <Form.Item key={which} name={[name, which]} label={say(words[which])}>
                    <Select options={options} style={{ width: 120 }} />
                  </Form.Item>
                ))}
                <Form.Item name={[name, 'measure']} label={say(words.measure)} rules={needed} style={{ flex: '1 1 260px' }}>
                  <Input maxLength={2_000} />
                </Form.Item>
              </Flex>
              {fields.length > 1 && (
                <Button size="small" onClick={() => remove(name)}>
                  {say(words.remove)}
                </Button>
              )}
            </Card>
          ))}
          <Button onClick={() => add(newRisk)}>{say(words.add)}</Button>
        </Flex>
      )}
    </Form.List>
  );
}
