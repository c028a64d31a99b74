// One finding: why, who, whom, when, the entries of the log behind it, and the verdict.

import { keepPreviousData, useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Flex, Input, type InputRef, Radio, Space, Typography } from 'antd';
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { Fault } from '../../../parts/fault.tsx';
import { useKeys } from '../../../parts/keys.ts';
import { Mark } from '../../../parts/mark.tsx';
import { to } from '../../../parts/screen.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { useProven } from '../../../parts/step-up.tsx';
import { Text } from '../../../parts/text.tsx';
import { plural, useFormats, useSay } from '../../../words/words.ts';
import { Entries } from '../audit/entries.tsx';
import { Facts } from '../facts.tsx';
import { Person } from '../person.tsx';
import { useIsMe, Who } from '../who.tsx';
import { kindOf, severities, type Verdict, verdicts, verdictTones, verdictWords } from './finding-words.ts';

const words = {
  who: { en: 'Who', zh: '人员' },
  customer: { en: 'Customer', zh: '客户' },
  first: { en: 'First', zh: '首次' },
  last: { en: 'Last', zh: '最近' },
  count: { en: 'How many', zh: '数量' },
  usual: { en: '{count}; unusual from {usual} on', zh: '{count}；达到 {usual} 即属异常' },
  erased: { en: 'The customer was erased, and with them what this said of them.', zh: '该客户已删除，相关内容随之销毁。' },
  entries: { en: 'In the log', zh: '日志条目' },
  oneEntry: { en: '{count} entry', zh: '{count} 条' },
  manyEntries: { en: '{count} entries', zh: '{count} 条' },
  shownOf: { en: 'the newest {shown} of {count}', zh: '共 {count} 条，显示最新 {shown} 条' },
  more: { en: 'Show more', zh: '显示更多' },
  allOfThem: { en: 'Everything this colleague looked at', zh: '该人员的全部访问' },
  verdict: { en: 'Verdict', zh: '结论' },
  reason: { en: 'Reason', zh: '原因' },
  reasonHint: { en: 'What did you find out? It stands in the log.', zh: '查明了什么？将记入日志。' },
  judge: { en: 'Judge', zh: '提交结论' },
  judged: { en: 'Judged: {verdict}', zh: '已判定：{verdict}' },
  by: { en: 'By', zh: '复核人' },
  at: { en: 'When', zh: '时间' },
  own: { en: 'This is about your own access: somebody else judges it.', zh: '此项涉及您本人的访问，须由他人复核。' },
} as const;

export const reviewKey = ['access-review'] as const;

export type Finding = {
  id: number;
  state: 'open' | 'judged';
  openedAtMs: number;
  lastAtMs: number;
  actor: string;
  kinds?: string[];
  severity?: 'low' | 'medium' | 'high';
  person?: string;
  count?: number;
  usual?: number;
  entries: number[];
  entryCount: number;
  judgement?: { by: string; atMs: number; verdict: Verdict; reason: string };
  erased?: boolean;
};

/** @param listed what the list said of it, shown until it is asked by itself */
export function FindingView({ id, listed, judged }: { id: number; listed: Finding | undefined; judged(): void }) {
  const asked = useQuery({
    queryKey: [...reviewKey, 'one', id],
    queryFn: async ({ signal }): Promise<Finding> =>
      unwrap(api.GET('/api/access-review/{id}', { params: { path: { id } }, signal })),
    ...(listed && { placeholderData: listed }),
  });
  return <Answer of={asked}>{(finding) => <One finding={finding} judged={judged} />}</Answer>;
}

function One({ finding, judged }: { finding: Finding; judged(): void }) {
  const say = useSay();
  const may = useMay();
  const isMe = useIsMe();
  const formats = useFormats();
  const { kinds = [], severity, actor, person, openedAtMs, lastAtMs, count, usual, erased, judgement } = finding;
  const [word, tone] = severities[severity ?? 'low'];
  const many = count === undefined ? undefined : usual === undefined ? formats.number(count) : say(words.usual, { count, usual });
  return (
    <Flex vertical gap={space.medium}>
      <Card size="small">
        <Flex vertical gap={space.small}>
          {kinds.map((kind) => (
            <div key={kind}>
              <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
                {say(kindOf(kind).name)} <Mark tone={tone}>{say(word)}</Mark>
              </Typography.Title>
              <Text type="secondary">{say(kindOf(kind).why)}</Text>
            </div>
          ))}
          <Facts
            columns={2}
            of={[
              [words.who, <Who key="who" actor={actor} />],
              [words.customer, person && <Person id={person} />],
              [words.first, formats.moment(openedAtMs)],
              [words.last, lastAtMs > openedAtMs ? formats.moment(lastAtMs) : undefined],
              [words.count, many],
            ]}
          />
          {erased && <Text type="secondary">{say(words.erased)}</Text>}
        </Flex>
      </Card>
      {judgement ? (
        <Card size="small" title={say(words.judged, { verdict: say(verdictWords[judgement.verdict]) })}>
          <Facts
            of={[
              [
                words.verdict,
                <Mark key="verdict" tone={verdictTones[judgement.verdict]}>
                  {say(verdictWords[judgement.verdict])}
                </Mark>,
              ],
              [words.by, <Who key="by" actor={judgement.by} />],
              [words.at, formats.moment(judgement.atMs)],
              [words.reason, judgement.reason],
            ]}
          />
        </Card>
      ) : isMe(actor) ? (
        <Alert type="info" showIcon title={say(words.own)} />
      ) : (
        may('access-review.judge') && <Judge id={finding.id} judged={judged} />
      )}
      {may('audit.read') && <Behind finding={finding} />}
    </Flex>
  );
}

function Judge({ id, judged }: { id: number; judged(): void }) {
  const say = useSay();
  const { message } = App.useApp();
  const client = useQueryClient();
  const proven = useProven();
  const [verdict, setVerdict] = useState<Verdict>();
  const [reason, setReason] = useState('');
  const input = useRef<InputRef>(null);
  const judge = useMutation({
    mutationFn: (body: { verdict: Verdict; reason: string }) =>
      proven(() => unwrap(api.POST('/api/access-review/{id}/judge', { params: { path: { id } }, body }))),
    onSuccess: (_, body) => {
      void message.success(say(words.judged, { verdict: say(verdictWords[body.verdict]) }));
      judged();
    },
    onSettled: () => client.invalidateQueries({ queryKey: reviewKey }),
  });
  const choose = (next: Verdict) => {
    setVerdict(next);
    input.current?.focus();
  };
  useKeys(verdicts.map((one, at) => ({ keys: [String(at + 1)], name: verdictWords[one], act: () => choose(one) })));
  const ready = verdict !== undefined && reason.trim() !== '';
  const submit = () => {
    if (verdict !== undefined && ready && !judge.isPending) judge.mutate({ verdict, reason: reason.trim() });
  };
  return (
    <Card size="small" title={say(words.verdict)}>
      <Flex vertical gap={space.small}>
        <Fault error={judge.error} />
        <Radio.Group
          aria-label={say(words.verdict)}
          value={verdict ?? null}
          onChange={({ target }) => choose(target.value as Verdict)}
          optionType="button"
          options={verdicts.map((one, at) => ({ value: one, label: `${at + 1} ${say(verdictWords[one])}` }))}
        />
        <Space.Compact>
          <Input
            ref={input}
            aria-label={say(words.reason)}
            placeholder={say(words.reasonHint)}
            maxLength={2_000}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
            onPressEnter={submit}
          />
          <Button type="primary" disabled={!ready} loading={judge.isPending} onClick={submit}>
            {say(words.judge)}
          </Button>
        </Space.Compact>
      </Flex>
    </Card>
  );
}

/** Shown at first, and more with each asking. */
const shownAtFirst = 20;
const shownMore = 100;

function Behind({ finding: { id, actor, entries, entryCount } }: { finding: Finding }) {
  const say = useSay();
  const may = useMay();
  const [many, setMany] = useState(shownAtFirst);
  const seq = [...entries].sort((a, b) => b - a).slice(0, many);
  const asked = useQuery({
    queryKey: ['audit', 'finding', id, seq],
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET('/api/audit', { params: { query: { seq, limit: seq.length } }, signal }))).entries,
    enabled: entries.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 600_000,
  });
  const way = may('audit.who') && <Link href={to('/who-read/colleague/:actor', { actor })}>{say(words.allOfThem)}</Link>;
  return (
    <Card size="small" title={say(words.entries)} extra={way}>
      <Answer of={asked}>
        {(found) => (
          <Flex vertical gap={space.small}>
            <Text type="secondary">
              {found.length < entryCount
                ? say(words.shownOf, { shown: found.length, count: entryCount })
                : say(plural(entryCount, words.oneEntry, words.manyEntries), { count: entryCount })}
            </Text>
            <Entries of={found} without={['who']} />
            {seq.length < entries.length && (
              <Button loading={asked.isFetching} onClick={() => setMany(many + shownMore)} style={{ alignSelf: 'center' }}>
                {say(words.more)}
              </Button>
            )}
          </Flex>
        )}
      </Answer>
    </Card>
  );
}
