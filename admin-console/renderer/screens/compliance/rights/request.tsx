// One request of a customer: its clock, what happened so far, what to do next, and the letters that go with it.

import { Card, Col, Flex, Row, Space, Timeline } from 'antd';
import { Link, useParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { Help } from '../../../parts/help.tsx';
import { Page } from '../../../parts/page.tsx';
import { to } from '../../../parts/screen.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Text } from '../../../parts/text.tsx';
import { useFormats, useSay } from '../../../words/words.ts';
import { isMasked } from '../../customers/profile.ts';
import { Facts } from '../facts.tsx';
import { Person } from '../person.tsx';
import { Who } from '../who.tsx';
import { Letters } from './letters.tsx';
import { NextSteps } from './request-acts.tsx';
import { checkWords, Due, kindWords, RequestState, type RequestView, useStepWords } from './request-words.tsx';
import { requestsKey } from './requests.tsx';

const words = {
  title: { en: 'Request {id}: {kind}', zh: '请求 {id}：{kind}' },
  loading: { en: 'Request {id}', zh: '请求 {id}' },
  about: { en: 'What a customer asks for about their own data.', zh: '客户就其个人信息提出的请求。' },
  all: { en: 'All requests', zh: '全部请求' },
  customer: { en: 'Customer', zh: '客户' },
  erased: { en: 'erased; that something was asked and done is kept', zh: '已删除；仅保留请求与处理的事实' },
  article: { en: 'By', zh: '依据' },
  opened: { en: 'Received', zh: '登记时间' },
  due: { en: 'Due', zh: '期限' },
  state: { en: 'State', zh: '状态' },
  note: { en: 'How it came', zh: '提出方式' },
  noteMasked: {
    en: 'What is typed may name somebody, so it is masked like any free text. Whoever wrote it sees it.',
    zh: '手写内容可能涉及个人，按自由文本脱敏；登记人本人可见原文。',
  },
  identity: { en: 'Identity', zh: '身份' },
  notChecked: { en: 'not checked yet', zh: '尚未核验' },
  hold: { en: 'Held since', zh: '保留自' },
  erasure: { en: 'Erasure', zh: '删除记录' },
  happened: { en: 'What happened', zh: '处理经过' },
} as const;

export default function OneRequest() {
  const say = useSay();
  const { id = '' } = useParams<{ id: string }>();
  const asked = useQuery({
    queryKey: [...requestsKey, 'one', id],
    queryFn: async ({ signal }): Promise<RequestView> =>
      unwrap(api.GET('/api/subject-requests/{request}', { params: { path: { request: Number(id) } }, signal })),
  });
  const kind = asked.data && say(kindWords[asked.data.kind]);
  return (
    <Page
      title={kind ? say(words.title, { id, kind }) : say(words.loading, { id })}
      about={words.about}
      actions={<Link href="/requests">{say(words.all)}</Link>}
    >
      <Answer of={asked}>{(request) => <InFull request={request} />}</Answer>
    </Page>
  );
}

function InFull({ request }: { request: RequestView }) {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const stepWords = useStepWords();
  const { person, article, openedAtMs, note, check, hold, erasure, history } = request;
  return (
    <Row gutter={[space.medium, space.medium]}>
      <Col xs={24} lg={14}>
        <Flex vertical gap={space.medium}>
          <Card size="small">
            <Facts
              of={[
                [
                  words.state,
                  <Space key="state" size={0}>
                    <RequestState of={request} />
                  </Space>,
                ],
                [words.due, <Due key="due" of={request} />],
                [words.customer, person ? <Person key="person" id={person} /> : say(words.erased)],
                [words.article, article],
                [words.opened, formats.moment(openedAtMs)],
                [
                  words.note,
                  note && (
                    <span key="note" className="hf-break">
                      {note} {isMasked(note) && <Help about={words.noteMasked} />}
                    </span>
                  ),
                ],
                [words.identity, check ? say(checkWords[check.how]) : say(words.notChecked)],
                [words.hold, hold && `${formats.moment(hold.atMs)}${hold.reason ? ` · ${hold.reason}` : ''}`],
                [
                  words.erasure,
                  erasure && (may('erasure.read') ? <Link href={to('/erasures/:id', { id: erasure })}>{erasure}</Link> : erasure),
                ],
              ]}
            />
          </Card>
          <NextSteps request={request} />
          <Letters request={request} />
        </Flex>
      </Col>
      <Col xs={24} lg={10}>
        <Card size="small" title={say(words.happened)}>
          <Timeline
            items={history.map(({ atMs, by, what, reason }) => ({
              key: `${atMs} ${what}`,
              content: (
                <Flex vertical>
                  <Text className="hf-break">{stepWords(what)}</Text>
                  {reason && (
                    <Text className="hf-break" type="secondary">
                      {reason}
                    </Text>
                  )}
                  <Text type="secondary">
                    <Who actor={by} /> · {formats.moment(atMs)}
                  </Text>
                </Flex>
              ),
            }))}
          />
        </Card>
      </Col>
    </Row>
  );
}
