// The ledger of one customer: what may be done now and why, every fact that was told, and a signed receipt for each, checked here.

import { useMutation } from '@tanstack/react-query';
import { Button, Card, Flex, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { codeFonts, space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { downloadJson } from '../../../parts/download.ts';
import { Fault } from '../../../parts/fault.tsx';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { usePurposeName } from '../../../parts/purpose-names.ts';
import { to } from '../../../parts/screen.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { channelWords } from '../../../words/channels.ts';
import { useFormats, useSay, type Words } from '../../../words/words.ts';
import { verifySignedText } from '../audit/merkle.ts';
import { VerdictLine, verdictOf } from '../audit/verdict.tsx';
import { canonicalJson } from '../canonical.ts';
import { Person, readPersonId } from '../person.tsx';
import { ConsentTabs } from './tabs.tsx';

const words = {
  title: { en: 'Consent', zh: '同意' },
  about: { en: 'What one customer said, what it comes to now, and receipts for it.', zh: '单个客户的表态、现行结果及其回执。' },
  customer: { en: 'Number of the customer, such as p42', zh: '客户编号，如 p42' },
  wrong: { en: 'p and a number, such as p42', zh: 'p 加数字，如 p42' },
  show: { en: 'Show', zh: '查看' },
  now: { en: 'What may be done now', zh: '现可用途' },
  child: { en: 'a child to this law', zh: '依法为儿童' },
  purpose: { en: 'Purpose', zh: '用途' },
  channel: { en: 'Channel', zh: '渠道' },
  answer: { en: 'Answer', zh: '结果' },
  why: { en: 'Why', zh: '原因' },
  article: { en: 'Article', zh: '条款' },
  allowed: { en: 'allowed', zh: '允许' },
  denied: { en: 'denied', zh: '禁止' },
  facts: { en: 'What was said', zh: '表态记录' },
  status: { en: 'Said', zh: '表态' },
  when: { en: 'When', zh: '时间' },
  source: { en: 'Source', zh: '来源' },
  receipt: { en: 'Receipt', zh: '回执' },
  receiptOf: { en: 'Receipt of {purpose}', zh: '回执：{purpose}' },
  download: { en: 'Download the receipt', zh: '下载回执' },
  holds: { en: 'Signed by the node: computed here', zh: '已在本页核验：由节点签名' },
  broken: { en: 'The signature does not hold', zh: '签名不成立' },
  none: { en: 'This customer said nothing yet', zh: '该客户尚无表态' },
} as const;
const statuses: { readonly [status: string]: readonly [Words, 'good' | 'bad' | undefined] } = {
  given: [{ en: 'yes', zh: '同意' }, 'good'],
  denied: [{ en: 'no', zh: '拒绝' }, 'bad'],
  withdrawn: [{ en: 'withdrawn', zh: '撤回' }, 'bad'],
  expired: [{ en: 'ran out', zh: '到期' }, undefined],
};

export default function ConsentOfCustomer() {
  const say = useSay();
  const { id } = useParams<{ id?: string }>();
  const [, go] = useLocation();
  return (
    <Page title={words.title} about={words.about}>
      <ConsentTabs at="/consent/customer">
        <Form<{ person: string }>
          layout="inline"
          key={id}
          initialValues={{ person: id ?? '' }}
          onFinish={({ person }) => go(to('/consent/customer/:id', { id: readPersonId(person) ?? '' }))}
          style={{ marginBottom: space.medium }}
        >
          <Form.Item
            name="person"
            validateTrigger="onSubmit"
            rules={[
              {
                validator: async (_, value?: string) => {
                  if (readPersonId(value ?? '') === undefined) throw new Error(say(words.wrong));
                },
              },
            ]}
          >
            <Input aria-label={say(words.customer)} placeholder={say(words.customer)} maxLength={20} style={{ width: 240 }} />
          </Form.Item>
          <Button type="primary" htmlType="submit">
            {say(words.show)}
          </Button>
        </Form>
        {id !== undefined && <Ledger id={id} />}
      </ConsentTabs>
    </Page>
  );
}

type Fact = { fact: string; purpose: string; channel: string; status: string; atMs: number; source: string };
type Effective = { purpose: string; channel: string; allowed: boolean; article?: string; reason: Words; source?: string };

function Ledger({ id }: { id: string }) {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const nameOf = usePurposeName();
  const [shown, setShown] = useState<Fact>();
  const asked = useQuery({
    queryKey: ['consent', 'ledger', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/profiles/{id}/consents', { params: { path: { id } }, signal })),
  });
  return (
    <Answer of={asked}>
      {({ id: person, child, effective, facts }) => (
        <Flex vertical gap={space.medium}>
          <Card
            size="small"
            title={say(words.now)}
            extra={
              <Flex gap={space.small}>
                {child && <Mark tone="wait">{say(words.child)}</Mark>}
                <Person id={person} />
              </Flex>
            }
          >
            <Rows<Effective>
              rowKey={({ purpose, channel }) => `${purpose} ${channel}`}
              dataSource={effective}
              none={words.none}
              columns={[
                { title: say(words.purpose), render: (_, { purpose }) => nameOf(purpose) },
                { title: say(words.channel), render: (_, { channel }) => say(channelWords(channel)) },
                {
                  title: say(words.answer),
                  render: (_, { allowed }) => (
                    <Mark tone={allowed ? 'good' : 'bad'}>{say(allowed ? words.allowed : words.denied)}</Mark>
                  ),
                },
                { title: say(words.why), render: (_, { reason }) => say(reason) },
                { title: say(words.article), dataIndex: 'article' },
              ]}
            />
          </Card>
          <Card size="small" title={say(words.facts)}>
            <Rows<Fact>
              rowKey="fact"
              dataSource={facts}
              none={words.none}
              columns={[
                { title: say(words.when), render: (_, { atMs }) => formats.moment(atMs) },
                { title: say(words.purpose), render: (_, { purpose }) => nameOf(purpose) },
                { title: say(words.channel), render: (_, { channel }) => say(channelWords(channel)) },
                {
                  title: say(words.status),
                  render: (_, { status }) => (
                    <Mark tone={statuses[status]?.[1]}>{say(statuses[status]?.[0] ?? { en: status, zh: status })}</Mark>
                  ),
                },
                { title: say(words.source), dataIndex: 'source' },
                {
                  key: 'receipt',
                  align: 'right',
                  render: (_, fact) =>
                    may('consent.receipt') && (
                      <Button size="small" onClick={() => setShown(fact)}>
                        {say(words.receipt)}
                      </Button>
                    ),
                },
              ]}
            />
          </Card>
          {shown && <Receipt id={person} fact={shown} close={() => setShown(undefined)} />}
        </Flex>
      )}
    </Answer>
  );
}

type Tree = { [name: string]: unknown };
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** As appliance/record/consent/signed-receipt.ts signs it: all but the signature, evidence by its hash alone. */
async function check(receipt: Tree): Promise<boolean | undefined> {
  const { proof, consent_record: record } = receipt;
  if (!isTree(proof) || !isTree(record) || !Array.isArray(record.events)) return false;
  const { signature, ...rest } = proof;
  const events = record.events.map((event: unknown) => {
    if (!isTree(event)) return event;
    const { evidence: _evidence, evidence_salt: _salt, ...bare } = event;
    return bare;
  });
  const text = canonicalJson({ ...receipt, consent_record: { ...record, events }, proof: rest });
  return verifySignedText(String(rest.public_key), `holdfast consent receipt v1\n${text}`, String(signature));
}

function Receipt({ id, fact, close }: { id: string; fact: Fact; close(): void }) {
  const say = useSay();
  const nameOf = usePurposeName();
  const asked = useQuery({
    queryKey: ['consent', 'receipt', id, fact.fact],
    queryFn: async ({ signal }) => {
      const path = { id, fact: fact.fact };
      const receipt = (await unwrap(api.GET('/api/profiles/{id}/consents/{fact}/receipt', { params: { path }, signal }))) as Tree;
      return { receipt, holds: await check(receipt) };
    },
    gcTime: 0,
  });
  const keep = useMutation({
    mutationFn: async (receipt: Tree) => downloadJson(`consent-receipt-${fact.fact}.json`, receipt),
  });
  return (
    <Modal open title={say(words.receiptOf, { purpose: nameOf(fact.purpose) })} footer={null} onCancel={close} width={720}>
      <Answer of={asked}>
        {({ receipt, holds }) => (
          <Flex vertical gap={space.small} align="start">
            <VerdictLine of={verdictOf(holds)} holds={words.holds} broken={words.broken} />
            <Fault error={keep.error} />
            <Button type="primary" onClick={() => keep.mutate(receipt)}>
              {say(words.download)}
            </Button>
            <Input.TextArea
              readOnly
              rows={14}
              aria-label={say(words.receipt)}
              value={JSON.stringify(receipt, undefined, 2)}
              style={{ fontFamily: codeFonts, fontSize: 12 }}
            />
          </Flex>
        )}
      </Answer>
    </Modal>
  );
}
