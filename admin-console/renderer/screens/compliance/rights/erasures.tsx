// What was erased, newest first: of whom is known to nobody any more. Erasing another is proposed here, by the customer's number.

import { Button, Flex, Form, Input } from 'antd';
import { Link } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { Act } from '../../../parts/act.tsx';
import { useInfiniteQuery } from '../../../parts/ask.ts';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { to } from '../../../parts/screen.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { useFormats, useSay } from '../../../words/words.ts';
import { readPersonId } from '../person.tsx';
import { Who } from '../who.tsx';
import { reasonWords, stateWords } from './erasure-words.tsx';
import { ErasureTabs } from './tabs.tsx';

const words = {
  title: { en: 'Erasure and retention', zh: '删除与保留期' },
  about: {
    en: 'Erasing destroys keys. Numbers and times stay; of whom is known to nobody any more.',
    zh: '删除即销毁密钥。仅保留数量与时间，无人再知晓所涉何人。',
  },
  propose: { en: 'Propose to erase', zh: '提议删除' },
  proposeAbout: {
    en: 'Everything of this customer is destroyed with its keys, for good. A second person decides. Where the customer asked for it, go by their request instead: it keeps the clock and the letter.',
    zh: '该客户的全部数据将随密钥永久销毁，须由第二人决定。若由客户提出，请从其权利请求办理，以便计时与答复。',
  },
  customer: { en: 'Number of the customer, such as p42', zh: '客户编号，如 p42' },
  wrong: { en: 'p and a number, such as p42', zh: 'p 加数字，如 p42' },
  erasure: { en: 'Erasure', zh: '删除编号' },
  when: { en: 'When', zh: '时间' },
  records: { en: 'Records', zh: '记录数' },
  reason: { en: 'Why', zh: '原因' },
  by: { en: 'By', zh: '执行人' },
  state: { en: 'State', zh: '状态' },
  none: { en: 'Nothing was erased yet', zh: '尚无删除记录' },
  noneNext: { en: 'Erasures appear here with a receipt that anybody can verify.', zh: '删除记录会附带任何人均可核验的回执。' },
  more: { en: 'Older ones', zh: '更早的' },
} as const;

export const erasuresKey = ['erasures'] as const;

export default function Erasures() {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const asked = useInfiniteQuery({
    queryKey: erasuresKey,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/erasures', {
          params: { query: { limit: 50, ...(pageParam !== undefined && { before: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 30_000,
  });
  return (
    <Page title={words.title} about={words.about} actions={may('subject.erase') && <Propose />}>
      <ErasureTabs at="/erasures">
        <Answer of={asked}>
          {({ pages }) => (
            <Flex vertical gap={space.medium} align="start">
              <Rows
                style={{ width: '100%' }}
                rowKey="erasure"
                dataSource={pages.flatMap((page) => page.erasures)}
                none={words.none}
                next={words.noneNext}
                columns={[
                  {
                    title: say(words.erasure),
                    render: (_, { erasure }) => <Link href={to('/erasures/:id', { id: erasure })}>{erasure}</Link>,
                  },
                  { title: say(words.when), render: (_, { begunAtMs }) => formats.moment(begunAtMs) },
                  { title: say(words.records), align: 'right', render: (_, { records }) => formats.number(records) },
                  {
                    title: say(words.reason),
                    render: (_, { reason }) => say(reasonWords[reason] ?? { en: reason, zh: reason }),
                  },
                  { title: say(words.by), render: (_, { by }) => <Who actor={by} /> },
                  {
                    title: say(words.state),
                    render: (_, { state }) => <Mark tone={stateWords[state]?.[1]}>{say(stateWords[state]![0])}</Mark>,
                  },
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
      </ErasureTabs>
    </Page>
  );
}

function Propose() {
  const say = useSay();
  return (
    <Act<{ person: string; reason: string }>
      name={words.propose}
      about={words.proposeAbout}
      danger
      reason
      refresh={[['approvals'], ['home']]}
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
        unwrap(
          api.POST('/api/approvals', {
            body: { kind: 'subject.erase', payload: { person: readPersonId(person) ?? person }, reason },
          }),
        )
      }
    />
  );
}
