// Requests of customers about their own data, the next deadline first: each with its clock.

import { PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Form, Input, Select } from 'antd';
import { Link, useLocation } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { Act } from '../../../parts/act.tsx';
import { useInfiniteQuery } from '../../../parts/ask.ts';
import { Page } from '../../../parts/page.tsx';
import { to } from '../../../parts/screen.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { useFormats, useLanguage, useSay } from '../../../words/words.ts';
import { Person, readPersonId } from '../person.tsx';
import { type Tab, Tabs } from '../tabs.tsx';
import { Due, kindWords, type RequestKind, RequestState, type RequestView, requestKinds } from './request-words.tsx';

const words = {
  title: { en: 'Rights requests', zh: '权利请求' },
  about: {
    en: 'What customers ask for about their own data, and by when the law wants it answered.',
    zh: '客户就其个人信息提出的请求及法定答复期限。',
  },
  add: { en: 'Write down a request', zh: '登记请求' },
  addAbout: { en: 'The clock of the law starts now.', zh: '法定期限自此开始计算。' },
  customer: { en: 'Number of the customer, such as p42', zh: '客户编号，如 p42' },
  wrong: { en: 'p and a number, such as p42', zh: 'p 加数字，如 p42' },
  kind: { en: 'What is asked for', zh: '请求事项' },
  note: { en: 'How it came', zh: '提出方式' },
  noteHint: { en: 'letter of 3 May', zh: '5 月 3 日来信' },
  language: { en: 'Language of the answer', zh: '答复语言' },
  number: { en: 'Request', zh: '请求' },
  who: { en: 'Customer', zh: '客户' },
  erased: { en: 'erased', zh: '已删除' },
  article: { en: 'By', zh: '依据' },
  state: { en: 'State', zh: '状态' },
  due: { en: 'Clock', zh: '期限' },
  opened: { en: 'Received', zh: '登记时间' },
  none: { en: 'No request is open', zh: '没有待办请求' },
  noneNext: {
    en: 'When a customer asks, write it down here: the clock of the law starts then.',
    zh: '客户提出请求时在此登记，法定期限随即开始计算。',
  },
  noneClosed: { en: 'No request was closed yet', zh: '尚无已办结请求' },
  more: { en: 'More', zh: '更多' },
} as const;

export const requestsKey = ['requests'] as const;
const tabs: readonly Tab[] = [
  { path: '/requests', name: { en: 'Open', zh: '待办' } },
  { path: '/requests/closed', name: { en: 'Closed', zh: '已办结' } },
];

export default function OpenRequests() {
  return <Requests closed={false} />;
}

export function Requests({ closed }: { closed: boolean }) {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const asked = useInfiniteQuery({
    queryKey: [...requestsKey, closed],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/subject-requests', {
          params: { query: { closed, limit: 100, ...(pageParam !== undefined && { after: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 60_000,
  });
  return (
    <Page title={words.title} about={words.about} actions={may('request.open') && <Add />}>
      <Tabs tabs={tabs} at={closed ? '/requests/closed' : '/requests'}>
        <Answer of={asked}>
          {({ pages }) => (
            <Flex vertical gap={space.medium} align="start">
              <Rows<RequestView>
                style={{ width: '100%' }}
                rowKey="request"
                dataSource={pages.flatMap((page) => page.requests)}
                none={closed ? words.noneClosed : words.none}
                {...(!closed && { next: words.noneNext })}
                columns={[
                  {
                    title: say(words.number),
                    render: (_, { request, kind }) => (
                      <Link href={to('/requests/:id', { id: request })}>
                        {request} · {say(kindWords[kind])}
                      </Link>
                    ),
                  },
                  { title: say(words.due), render: (_, request) => <Due of={request} /> },
                  { title: say(words.state), render: (_, request) => <RequestState of={request} /> },
                  {
                    title: say(words.who),
                    render: (_, { person }) => (person ? <Person id={person} /> : say(words.erased)),
                  },
                  { title: say(words.article), dataIndex: 'article' },
                  { title: say(words.opened), render: (_, { openedAtMs }) => formats.day(openedAtMs) },
                ]}
              />
              {asked.hasNextPage && (
                <Button loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                  {say(words.more)}
                </Button>
              )}
            </Flex>
          )}
        </Answer>
      </Tabs>
    </Page>
  );
}

type New = { person: string; kind: RequestKind; note?: string; language: 'zh' | 'en' };

function Add() {
  const say = useSay();
  const language = useLanguage();
  const [, go] = useLocation();
  return (
    <Act<New, RequestView>
      name={words.add}
      about={words.addAbout}
      type="primary"
      icon={<PlusOutlined />}
      refresh={[requestsKey]}
      initial={{ kind: 'access', language }}
      onDone={({ request }) => go(to('/requests/:id', { id: request }))}
      fields={
        <>
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
          <Form.Item name="kind" label={say(words.kind)}>
            <Select options={requestKinds.map((value) => ({ value, label: say(kindWords[value]) }))} />
          </Form.Item>
          <Form.Item name="note" label={say(words.note)}>
            <Input maxLength={2_000} placeholder={say(words.noteHint)} />
          </Form.Item>
          <Form.Item name="language" label={say(words.language)}>
            <Select
              options={[
                { value: 'zh', label: '中文' },
                { value: 'en', label: 'English' },
              ]}
            />
          </Form.Item>
        </>
      }
      act={({ person, kind, note, language: answerIn }) =>
        unwrap(
          api.POST('/api/subject-requests', {
            body: {
              person: readPersonId(person) ?? person,
              kind,
              language: answerIn,
              ...(note?.trim() && { note: note.trim() }),
            },
          }),
        )
      }
    />
  );
}
