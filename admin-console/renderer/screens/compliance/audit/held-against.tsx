// A head that somebody kept, held against the log of now: signed by this node's key, and the log has only grown since. Computed here.

import { useMutation } from '@tanstack/react-query';
import { Button, Card, Flex, Form, Input, InputNumber, Space, Upload } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { Fault } from '../../../parts/fault.tsx';
import { Help } from '../../../parts/help.tsx';
import { Text } from '../../../parts/text.tsx';
import { useFormats, useSay, type Words } from '../../../words/words.ts';
import { canCompute, type Head, readHead, verifyConsistency, verifyHead } from './merkle.ts';
import { type Verdict, VerdictLine } from './verdict.tsx';

const words = {
  title: { en: 'Has it only grown?', zh: '日志是否只增不改' },
  help: {
    en: 'Choose the file of a head that you kept (from here, from the second place, or from an auditor), or paste it. Without one, two sizes can be compared, which tells only that the node contradicts itself nowhere.',
    zh: '请选择或粘贴此前保存的树头（来自本页、第二处保存或审计员）。没有树头时可比较两个条目数，但只能说明节点未自相矛盾。',
  },
  file: { en: 'Choose a file', zh: '选择文件' },
  paste: { en: 'A kept head', zh: '保存的树头' },
  check: { en: 'Check', zh: '核验' },
  noHead: { en: 'This is no head of an audit log.', zh: '这不是审计日志的树头。' },
  or: { en: 'or two sizes:', zh: '或比较两个条目数：' },
  from: { en: 'Earlier size', zh: '较早条目数' },
  to: { en: 'Later size', zh: '较晚条目数' },
  compare: { en: 'Compare', zh: '比较' },
  grown: { en: 'Today’s log begins with exactly that one: computed here', zh: '已在本页核验：现日志的开头与其完全一致' },
  changed: { en: 'Today’s log does not begin with that one', zh: '现日志的开头与其不一致' },
  detail: { en: 'From {from} to {to} entries, by {count} hashes.', zh: '自 {from} 条至 {to} 条，凭 {count} 个散列。' },
  otherKey: { en: 'It is signed by another key than this node’s.', zh: '其签名密钥并非本节点的密钥。' },
  notSigned: { en: 'The kept head is not what its key signed.', zh: '所存树头与其签名不符。' },
  larger: {
    en: 'It has {size} entries, more than the log has today: the log was put back.',
    zh: '其条目数为 {size}，多于现日志：日志已被回退。',
  },
  otherRoot: { en: 'The node tells another root for that size.', zh: '节点给出的同条目数之根与其不同。' },
} as const;

type Result = { verdict: Verdict; about?: Words; values?: { [name: string]: number } };

async function hold(kept: Head): Promise<Result> {
  if (!canCompute()) return { verdict: 'cannot' };
  const now = await unwrap(api.GET('/api/audit/head'));
  if (kept.publicKey !== now.publicKey) return { verdict: 'broken', about: words.otherKey };
  const signed = await verifyHead(kept);
  if (signed === undefined) return { verdict: 'cannot' };
  if (!signed) return { verdict: 'broken', about: words.notSigned };
  if (kept.size > now.size) return { verdict: 'broken', about: words.larger, values: { size: kept.size } };
  return compare(kept.size, now.size, kept.root, now.root);
}

/** @param fromRoot and toRoot as they are known from elsewhere; of the node where they are not */
async function compare(from: number, to: number, fromRoot?: string, toRoot?: string): Promise<Result> {
  if (!canCompute()) return { verdict: 'cannot' };
  const proof = await unwrap(api.GET('/api/audit/consistency', { params: { query: { from, to } } }));
  if ((fromRoot ?? proof.fromRoot) !== proof.fromRoot || (toRoot ?? proof.toRoot) !== proof.toRoot)
    return { verdict: 'broken', about: words.otherRoot };
  const holds = (await verifyConsistency(proof)) && proof.from === from && proof.to === to;
  return { verdict: holds ? 'holds' : 'broken', about: words.detail, values: { from, to, count: proof.proof.length } };
}

export function HeldAgainst() {
  const say = useSay();
  const formats = useFormats();
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const check = useMutation({ mutationFn: (work: () => Promise<Result>) => work() });
  const take = (given: string) => {
    setText(given);
    const head = readHead(given);
    setWrong(head === undefined);
    check.reset();
    if (head) check.mutate(() => hold(head));
  };
  const { about, values = {} } = check.data ?? {};
  const told = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, formats.number(value)]));
  return (
    <Card size="small" title={say(words.title)} extra={<Help about={words.help} />}>
      <Flex vertical gap={space.small}>
        <Fault error={check.error} />
        <Input.TextArea
          aria-label={say(words.paste)}
          placeholder={say(words.paste)}
          value={text}
          onChange={({ target }) => setText(target.value)}
          rows={3}
          {...(wrong && { status: 'error' as const })}
        />
        {wrong && (
          <Text type="danger" role="alert">
            {say(words.noHead)}
          </Text>
        )}
        <Space wrap>
          <Button type="primary" disabled={text.trim() === ''} loading={check.isPending} onClick={() => take(text)}>
            {say(words.check)}
          </Button>
          <Upload
            showUploadList={false}
            beforeUpload={(file) => {
              void file.text().then(take);
              return false;
            }}
          >
            <Button>{say(words.file)}</Button>
          </Upload>
        </Space>
        <Form<{ from: number; to: number }>
          layout="inline"
          requiredMark={false}
          onFinish={({ from, to }) => {
            setWrong(false);
            check.mutate(() => compare(from, to));
          }}
        >
          <Form.Item label={say(words.or)} name="from" rules={[{ required: true, message: '' }]}>
            <InputNumber
              min={0}
              precision={0}
              aria-label={say(words.from)}
              placeholder={say(words.from)}
              style={{ width: 140 }}
            />
          </Form.Item>
          <Form.Item name="to" rules={[{ required: true, message: '' }]}>
            <InputNumber min={0} precision={0} aria-label={say(words.to)} placeholder={say(words.to)} style={{ width: 140 }} />
          </Form.Item>
          <Button htmlType="submit">{say(words.compare)}</Button>
        </Form>
        {check.data && (
          <VerdictLine
            of={check.data.verdict}
            holds={words.grown}
            broken={words.changed}
            {...(about && { about: { en: say(about, told), zh: say(about, told) } })}
          />
        )}
      </Flex>
    </Card>
  );
}
