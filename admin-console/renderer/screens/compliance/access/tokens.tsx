// Tokens in place of values, of the same shape, for what is given outside; and the value that one stands for, which is logged.

import { useMutation } from '@tanstack/react-query';
import { Button, Card, Col, Flex, Form, Input, Row, Select, Typography } from 'antd';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { download } from '../../../parts/download.ts';
import { Fault } from '../../../parts/fault.tsx';
import { Help } from '../../../parts/help.tsx';
import { Page } from '../../../parts/page.tsx';
import { useMay } from '../../../parts/session.ts';
import { useProven } from '../../../parts/step-up.tsx';
import { Text } from '../../../parts/text.tsx';
import { useSay } from '../../../words/words.ts';
import { classWords, dataClasses } from '../policies/class-words.ts';

const words = {
  title: { en: 'Tokens', zh: '替代令牌' },
  about: {
    en: 'Values that stand in for real ones outside, of the same shape. Only this node turns them back.',
    zh: '对外以同形令牌替代真实值，仅本节点可还原。',
  },
  help: {
    en: 'Digits are replaced by digits (FF1, NIST SP 800-38G); everything else stays. Each purpose has tokens of its own, so that two recipients cannot join what they have.',
    zh: '数字以数字替换（FF1，NIST SP 800-38G），其余不变。每个用途有各自的令牌，不同接收方无法相互关联。',
  },
  make: { en: 'Values to tokens', zh: '由值生成令牌' },
  values: { en: 'Values, one a line', zh: '值，每行一个' },
  makeButton: { en: 'Make tokens', zh: '生成令牌' },
  tokens: { en: 'Tokens', zh: '令牌' },
  keep: { en: 'Keep as a file', zh: '存为文件' },
  reveal: { en: 'A token back to its value', zh: '由令牌还原值' },
  token: { en: 'Token', zh: '令牌' },
  revealButton: { en: 'Turn back', zh: '还原' },
  value: { en: 'Value', zh: '值' },
  purpose: { en: 'Purpose, as it was given', zh: '用途（与生成时一致）' },
  purposeHint: { en: 'partner', zh: 'partner' },
  dataClass: { en: 'Class of data', zh: '数据类别' },
  needed: { en: 'Needed', zh: '必填' },
  logged: { en: 'Stands in the audit log with your name.', zh: '将以您的名义记入审计日志。' },
} as const;

type DataClass = (typeof dataClasses)[number];
type Named = { purpose: string; dataClass: DataClass };

export default function Tokens() {
  const may = useMay();
  return (
    <Page title={words.title} about={words.about} actions={<Help about={words.help} />}>
      <Row gutter={[space.medium, space.medium]}>
        {may('token.make') && (
          <Col xs={24} lg={12}>
            <Make />
          </Col>
        )}
        {may('token.reveal') && (
          <Col xs={24} lg={12}>
            <Reveal />
          </Col>
        )}
      </Row>
    </Page>
  );
}

function NamedFields() {
  const say = useSay();
  const rules = [{ required: true, message: say(words.needed) }];
  return (
    <Flex gap={space.medium} wrap>
      <Form.Item name="purpose" label={say(words.purpose)} rules={rules} style={{ flex: 1, minWidth: 160 }}>
        <Input maxLength={64} placeholder={say(words.purposeHint)} />
      </Form.Item>
      <Form.Item name="dataClass" label={say(words.dataClass)} rules={rules} style={{ flex: 1, minWidth: 140 }}>
        <Select options={dataClasses.map((value) => ({ value, label: say(classWords[value]) }))} />
      </Form.Item>
    </Flex>
  );
}

function Make() {
  const say = useSay();
  const proven = useProven();
  const make = useMutation({
    mutationFn: ({ values, ...named }: Named & { values: string }) => {
      const lines = values.split('\n').flatMap((line) => line.trim() || []);
      return proven(() => unwrap(api.POST('/api/tokens', { body: { ...named, values: lines } })));
    },
    gcTime: 0,
  });
  const tokens = make.data?.tokens.join('\n') ?? '';
  return (
    <Card size="small" title={say(words.make)}>
      <Form<Named & { values: string }>
        name="make"
        layout="vertical"
        requiredMark={false}
        initialValues={{ dataClass: 'phone' }}
        onFinish={(given) => make.mutate(given)}
      >
        <Fault error={make.error} />
        <NamedFields />
        <Form.Item
          name="values"
          label={say(words.values)}
          rules={[{ required: true, whitespace: true, message: say(words.needed) }]}
        >
          <Input.TextArea rows={4} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={make.isPending}>
          {say(words.makeButton)}
        </Button>
      </Form>
      {make.data && (
        <Flex vertical gap={space.small} style={{ marginTop: space.medium }} align="start">
          <Input.TextArea readOnly aria-label={say(words.tokens)} value={tokens} rows={3} />
          <Button onClick={() => download('tokens.txt', `${tokens}\n`, 'text/plain;charset=utf-8')}>{say(words.keep)}</Button>
        </Flex>
      )}
    </Card>
  );
}

function Reveal() {
  const say = useSay();
  const proven = useProven();
  const reveal = useMutation({
    mutationFn: (body: Named & { token: string }) => proven(() => unwrap(api.POST('/api/tokens/reveal', { body }))),
    gcTime: 0,
  });
  return (
    <Card size="small" title={say(words.reveal)}>
      <Form<Named & { token: string }>
        name="reveal"
        layout="vertical"
        requiredMark={false}
        initialValues={{ dataClass: 'phone' }}
        onFinish={(given) => reveal.mutate(given)}
      >
        <Fault error={reveal.error} />
        <NamedFields />
        <Form.Item
          name="token"
          label={say(words.token)}
          extra={say(words.logged)}
          rules={[{ required: true, message: say(words.needed) }]}
        >
          <Input maxLength={128} autoComplete="off" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={reveal.isPending}>
          {say(words.revealButton)}
        </Button>
      </Form>
      {reveal.data && (
        <Flex gap={space.small} style={{ marginTop: space.medium }}>
          <Text type="secondary">{say(words.value)}</Text>
          <Typography.Text strong copyable className="hf-break" role="status">
            {reveal.data.value}
          </Typography.Text>
        </Flex>
      )}
    </Card>
  );
}
