// What can be done about a request in the state that it is in, the next step first. Erasing and giving out everything need a second person: they are
// proposed here.

import { Button, Card, Flex, Form, Input, Select, Space } from 'antd';
import type { ReactNode } from 'react';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { Act } from '../../../parts/act.tsx';
import { useMay } from '../../../parts/session.ts';
import { Text } from '../../../parts/text.tsx';
import { useSay, type Words } from '../../../words/words.ts';
import { usePurposes, usePurposeTable } from '../consent/purposes.ts';
import { Package } from './package.tsx';
import { type Check, checks, checkWords, type RequestView } from './request-words.tsx';
import { requestsKey } from './requests.tsx';

const words = {
  next: { en: 'What to do next', zh: '下一步' },
  closed: { en: 'The request is closed.', zh: '该请求已办结。' },
  verifyFirst: {
    en: 'Make sure that it is the customer who asks. Nothing is done before.',
    zh: '请先确认请求由客户本人提出，之后方可处理。',
  },
  held: { en: 'Another law forbids to erase. Release the hold once that is over.', zh: '其他法律要求保留，解除后方可删除。' },
  verify: { en: 'Record the check of the identity', zh: '登记身份核验' },
  how: { en: 'How it was checked', zh: '核验方式' },
  hold: { en: 'Hold for another law', zh: '依法保留' },
  holdAbout: {
    en: 'Nothing of this customer is erased until it is released, whoever asks.',
    zh: '解除前，任何人都不能删除该客户的数据。',
  },
  release: { en: 'Release the hold', zh: '解除保留' },
  extend: { en: 'Take the longer term', zh: '延长期限' },
  extendAbout: {
    en: 'Once, where the law has a longer term. The customer is told why, before the first term ends.',
    zh: '仅在法律允许时延长一次，并须在原期限内告知客户原因。',
  },
  refuse: { en: 'Refuse', zh: '拒绝' },
  refuseAbout: {
    en: 'The request is closed. The reason stands in the letter to the customer.',
    zh: '请求随即办结，原因写入致客户的答复函。',
  },
  lift: { en: 'End the restriction', zh: '解除限制' },
  liftAbout: {
    en: 'Their data may be used again. The law wants the customer told before.',
    zh: '其数据可恢复使用。依法须事先告知客户。',
  },
  completeAbout: {
    access: { en: 'Their data was handed over. The request is closed.', zh: '已提供其数据副本，请求办结。' },
    portability: { en: 'Their data was handed over as a file. The request is closed.', zh: '已以文件形式提供其数据，请求办结。' },
    explanation: {
      en: 'What is known and how it was computed was explained. The request is closed.',
      zh: '已作出解释说明，请求办结。',
    },
    restriction: { en: 'From now on their data is kept and not used otherwise.', zh: '此后仅保存其数据，不作其他使用。' },
    objection: {
      en: 'Their no is recorded for these purposes, for all that may be objected to when none is chosen.',
      zh: '登记对所选用途的拒绝；未选则为全部可拒绝的用途。',
    },
    rectification: { en: 'The right values, trait by trait. They hold from now on.', zh: '逐项填写正确的值，立即生效。' },
    erasure: {
      en: 'Everything of this customer is destroyed with its keys, for good. A second person decides.',
      zh: '该客户的全部数据将随密钥永久销毁。须由第二人决定。',
    },
  },
  complete: { en: 'Complete', zh: '完成' },
  restrict: { en: 'Restrict use', zh: '限制处理' },
  object: { en: 'Record the objection', zh: '登记拒绝' },
  rectify: { en: 'Correct', zh: '更正' },
  erase: { en: 'Propose to erase', zh: '提议删除' },
  purposes: { en: 'Purposes', zh: '用途' },
  allPurposes: { en: 'all that may be objected to', zh: '全部可拒绝的用途' },
  trait: { en: 'Trait, such as city', zh: '属性名，如 city' },
  value: { en: 'Right value', zh: '正确的值' },
  addTrait: { en: 'One more', zh: '再加一项' },
  removeTrait: { en: 'Remove', zh: '移除' },
  needed: { en: 'Needed', zh: '必填' },
  closedWord: { en: 'Closed', zh: '已办结' },
} as const;

const refresh = [requestsKey, ['home'], ['approvals']] as const;

export function NextSteps({ request }: { request: RequestView }) {
  const say = useSay();
  const may = useMay();
  const { state, kind, hold, person } = request;
  const open = state === 'received' || state === 'verified';
  // The law of the node says whether there is one.
  const hasLongerTerm = usePurposeTable().data?.law === 'gdpr';
  const acts: ReactNode[] = [];
  const offer = (action: string, name: string, act: ReactNode) => {
    if (may(action)) acts.push(<span key={name}>{act}</span>);
  };
  if (state === 'received') offer('request.verify', 'verify', <Verify of={request} />);
  if (state === 'verified' && !hold) {
    if (kind === 'erasure') offer('subject.erase', 'erase', person && <Erase of={request} person={person} />);
    else offer('request.complete', 'complete', <Complete of={request} />);
  }
  if (hold) offer('request.release', 'release', <Because of={request} step="release" name={words.release} primary />);
  if (open) {
    if (!hold) offer('request.hold', 'hold', <Because of={request} step="hold" name={words.hold} about={words.holdAbout} />);
    if (!request.extended && hasLongerTerm)
      offer('request.extend', 'extend', <Because of={request} step="extend" name={words.extend} about={words.extendAbout} />);
    offer(
      'request.refuse',
      'refuse',
      <Because of={request} step="refuse" name={words.refuse} about={words.refuseAbout} danger />,
    );
  }
  if (kind === 'restriction' && state === 'completed' && !request.history.some(({ what }) => what === 'restriction lifted'))
    offer('request.lift', 'lift', <Because of={request} step="lift" name={words.lift} about={words.liftAbout} />);
  const givesOut = kind === 'access' || kind === 'portability' || kind === 'explanation';
  const hint = !open ? words.closed : hold ? words.held : state === 'received' ? words.verifyFirst : words.completeAbout[kind];
  return (
    <Card size="small" title={say(open ? words.next : words.closedWord)}>
      <Flex vertical gap={space.medium}>
        <Text type="secondary">{say(hint)}</Text>
        {acts.length > 0 && <Space wrap>{acts}</Space>}
        {givesOut && state === 'verified' && person && <Package person={person} />}
      </Flex>
    </Card>
  );
}

function Verify({ of: { request } }: { of: RequestView }) {
  const say = useSay();
  return (
    <Act<{ how: Check }>
      type="primary"
      name={words.verify}
      refresh={refresh}
      initial={{ how: 'identity_document' }}
      fields={
        <Form.Item name="how" label={say(words.how)}>
          <Select options={checks.map((value) => ({ value, label: say(checkWords[value]) }))} />
        </Form.Item>
      }
      act={(body) => unwrap(api.POST('/api/subject-requests/{request}/verify', { params: { path: { request } }, body }))}
    />
  );
}

type Step = 'hold' | 'release' | 'extend' | 'refuse' | 'lift';

function Because({
  of: { request },
  step,
  name,
  about,
  primary = false,
  danger = false,
}: {
  of: RequestView;
  step: Step;
  name: Words;
  about?: Words;
  primary?: boolean;
  danger?: boolean;
}) {
  const asked = (body: { reason: string }) => ({ params: { path: { request } }, body });
  const steps: { readonly [step in Step]: (body: { reason: string }) => Promise<unknown> } = {
    hold: (body) => unwrap(api.POST('/api/subject-requests/{request}/hold', asked(body))),
    release: (body) => unwrap(api.POST('/api/subject-requests/{request}/release', asked(body))),
    extend: (body) => unwrap(api.POST('/api/subject-requests/{request}/extend', asked(body))),
    refuse: (body) => unwrap(api.POST('/api/subject-requests/{request}/refuse', asked(body))),
    lift: (body) => unwrap(api.POST('/api/subject-requests/{request}/lift', asked(body))),
  };
  return (
    <Act
      name={name}
      {...(about && { about })}
      {...(primary && { type: 'primary' as const })}
      danger={danger}
      reason
      refresh={refresh}
      act={(body) => steps[step](body)}
    />
  );
}

function Erase({ of: { request }, person }: { of: RequestView; person: string }) {
  return (
    <Act
      name={words.erase}
      about={words.completeAbout.erasure}
      danger
      reason
      refresh={refresh}
      act={({ reason }) =>
        unwrap(api.POST('/api/approvals', { body: { kind: 'subject.erase', payload: { person, request }, reason } }))
      }
    />
  );
}

type Completion = { purposes?: string[]; traits?: { name: string; value: string }[] };

function Complete({ of: { request, kind } }: { of: RequestView }) {
  const names: { readonly [kind: string]: Words } = {
    restriction: words.restrict,
    objection: words.object,
    rectification: words.rectify,
  };
  const fields = kind === 'objection' ? <Purposes /> : kind === 'rectification' ? <Traits /> : undefined;
  const bodyOf = ({ purposes = [], traits = [] }: Completion) => ({
    ...(kind === 'objection' && purposes.length > 0 && { purposes }),
    ...(kind === 'rectification' && { traits: Object.fromEntries(traits.map(({ name, value }) => [name.trim(), value])) }),
  });
  return (
    <Act<Completion>
      type="primary"
      name={names[kind] ?? words.complete}
      about={words.completeAbout[kind]}
      fields={fields}
      initial={kind === 'rectification' ? { traits: [{ name: '', value: '' }] } : {}}
      refresh={refresh}
      act={(given) =>
        unwrap(api.POST('/api/subject-requests/{request}/complete', { params: { path: { request } }, body: bodyOf(given) }))
      }
    />
  );
}

function Purposes() {
  const say = useSay();
  const purposes = usePurposes();
  return (
    <Form.Item name="purposes" label={say(words.purposes)}>
      <Select
        mode="multiple"
        placeholder={say(words.allPurposes)}
        options={purposes
          .filter(({ mode }) => mode !== 'always')
          .map(({ purpose, name }) => ({ value: purpose, label: say(name) }))}
      />
    </Form.Item>
  );
}

function Traits() {
  const say = useSay();
  const rules = [{ required: true, whitespace: true, message: say(words.needed) }];
  return (
    <Form.List name="traits">
      {(fields, { add, remove }) => (
        <Flex vertical gap={space.small} style={{ marginBottom: space.medium }}>
          {fields.map(({ key, name }) => (
            <Space key={key} align="start">
              <Form.Item name={[name, 'name']} rules={rules} noStyle>
                <Input aria-label={say(words.trait)} placeholder={say(words.trait)} maxLength={100} />
              </Form.Item>
              <Form.Item name={[name, 'value']} rules={rules} noStyle>
                <Input aria-label={say(words.value)} placeholder={say(words.value)} maxLength={1_000} />
              </Form.Item>
              {fields.length > 1 && <Button onClick={() => remove(name)}>{say(words.removeTrait)}</Button>}
            </Space>
          ))}
          <Button style={{ alignSelf: 'start' }} onClick={() => add({ name: '', value: '' })}>
            {say(words.addTrait)}
          </Button>
        </Flex>
      )}
    </Form.List>
  );
}
