// Who is in a segment: page after page into one list of which only what is in sight is drawn, and for each why they are in it. Values are masked by the node.

import { Button, Drawer, Flex } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useInfiniteQuery, useQuery } from '../../parts/ask.ts';
import { Hidden } from '../../parts/hidden.tsx';
import { Mark } from '../../parts/mark.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import { numbered } from './rule.ts';
import { type Segment, segmentsKey } from './segment-api.ts';
import { CustomerLink, useTraitsText } from './traits.tsx';

const words = {
  none: { en: 'Nobody is in it now', zh: '目前没有成员' },
  noneNext: { en: 'Whoever comes to fit the rule enters within a second.', zh: '符合规则的客户会在一秒内进入。' },
  customer: { en: 'Customer', zh: '客户' },
  traits: { en: 'What you may see of them', zh: '可见信息' },
  since: { en: 'In it since', zh: '进入时间' },
  why: { en: 'Why', zh: '原因' },
  whyOf: { en: 'Why {id} is in it', zh: '{id} 的成员原因' },
  whyNot: { en: 'Why {id} is not in it', zh: '{id} 不是成员的原因' },
  shown: { en: '{n} of {of} shown', zh: '已显示 {n} / {of}' },
  more: { en: 'Show more', zh: '显示更多' },
  holds: { en: 'holds', zh: '满足' },
  fails: { en: 'does not', zh: '不满足' },
  found: { en: 'found: {what}', zh: '查得：{what}' },
  until: { en: 'until {when}, if nothing happens', zh: '若无新情况，至 {when}' },
  unknown: { en: 'nothing known', zh: '未知' },
} as const;

const page = 200;

export function Members({ segment }: { segment: Segment }) {
  const say = useSay();
  const may = useMay();
  const [asking, setAsking] = useState<string>();
  const textOf = useTraitsText();
  const asked = useInfiniteQuery({
    queryKey: [...segmentsKey, 'members', segment.id, segment.version],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/segments/{segment}/members', {
          params: {
            path: { segment: segment.id },
            query: { limit: page, traits: true, ...(pageParam !== '' && { after: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Answer of={asked}>
      {({ pages }) => {
        const members = pages.flatMap((one) => one.members);
        return (
          <Flex vertical gap={space.small}>
            <Rows
              none={words.none}
              next={words.noneNext}
              rowKey="id"
              height={520}
              dataSource={members}
              columns={[
                { title: say(words.customer), width: 110, render: (_, { id }) => <CustomerLink id={id} /> },
                { title: say(words.traits), width: 520, ellipsis: true, render: (_, { traits = {} }) => textOf(traits) },
                {
                  title: say(words.since),
                  width: 150,
                  render: (_, { sinceMs }) => (sinceMs === undefined ? '–' : <When atMs={sinceMs} />),
                },
                ...(may('segment.why')
                  ? [
                      {
                        key: 'why',
                        width: 90,
                        render: (_: unknown, { id }: { id: string }) => (
                          <Button size="small" aria-label={`${say(words.why)} ${id}`} onClick={() => setAsking(id)}>
                            {say(words.why)}
                          </Button>
                        ),
                      },
                    ]
                  : []),
              ]}
            />
            {members.length > 0 && (
              <Flex gap={space.small} align="center">
                <Text type="secondary">
                  {say(words.shown, { n: members.length, of: Math.max(segment.members, members.length) })}
                </Text>
                {asked.hasNextPage && (
                  <Button loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                    {say(words.more)}
                  </Button>
                )}
              </Flex>
            )}
            <Why segment={segment.id} id={asking} close={() => setAsking(undefined)} />
          </Flex>
        );
      }}
    </Answer>
  );
}

/** Condition by condition, with what was found and until when it holds. The address does not name whom it is about. */
export function Why({ segment, id, close }: { segment: number; id: string | undefined; close(): void }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const asked = useQuery({
    queryKey: [...segmentsKey, 'why', segment, id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/profiles/{id}/segments/{segment}', { params: { path: { id: id!, segment } }, signal })),
    enabled: id !== undefined,
  });
  const title = say(asked.data?.member === false ? words.whyNot : words.whyOf, { id: id ?? '' });
  return (
    <Drawer open={id !== undefined} onClose={close} title={title} size={480} destroyOnHidden>
      <Answer of={asked}>
        {({ lines, untilMs }) => (
          <Flex vertical gap={space.small}>
            {untilMs !== undefined && <Text type="secondary">{say(words.until, { when: formats.moment(untilMs) })}</Text>}
            {numbered(lines).map(({ one: line, at }) => (
              <div key={at} style={{ paddingInlineStart: line.depth * space.medium }} className="hf-break">
                {line.member === null ? (
                  <Hidden />
                ) : (
                  <Mark tone={line.member ? 'good' : 'bad'}>{say(line.member ? words.holds : words.fails)}</Mark>
                )}{' '}
                {line.rule[language]}
                <Found found={line.found?.[language]} traits={line.traits} untilMs={line.untilMs} />
              </div>
            ))}
          </Flex>
        )}
      </Answer>
    </Drawer>
  );
}

function Found({
  found,
  traits,
  untilMs,
}: {
  found: string | undefined;
  traits: { [name: string]: unknown } | undefined;
  untilMs: number | undefined;
}) {
  const say = useSay();
  const formats = useFormats();
  const [trait] = Object.values(traits ?? {});
  const what = traits ? (trait === null || trait === undefined ? say(words.unknown) : String(trait)) : found;
  const parts = [
    ...(what !== undefined ? [say(words.found, { what })] : []),
    ...(untilMs !== undefined ? [say(words.until, { when: formats.moment(untilMs) })] : []),
  ];
  if (parts.length === 0) return null;
  return (
    <Text type="secondary" style={{ display: 'block' }}>
      {parts.join(' · ')}
    </Text>
  );
}
