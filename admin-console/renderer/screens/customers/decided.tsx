// What is decided about a customer: scores with their reasons, segments with why, and what matches with others found.

import { Button, Flex, Progress, Select, Typography } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Hidden } from '../../parts/hidden.tsx';
import { Mark } from '../../parts/mark.tsx';
import { useModelTitle } from '../../parts/model-names.ts';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { useSegmentNames } from '../../parts/segment-names.ts';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { valueText } from '../../words/values.ts';
import { useFormats, useLanguage, useSay, type Words } from '../../words/words.ts';
import { fieldWords } from './field-words.ts';
import { customerKey, type Profile } from './profile.ts';

const words = {
  scores: { en: 'Scores', zh: '评分' },
  noScores: {
    en: 'No model in use says anything of them, or their consent does not cover it.',
    zh: '没有启用的模型给出评分，或其同意未涵盖。',
  },
  again: { en: 'Ask the models now', zh: '重新评分' },
  segments: { en: 'Segments', zh: '人群' },
  noSegments: { en: 'In no segment.', zh: '不属于任何人群。' },
  since: { en: 'in since', zh: '加入于' },
  why: { en: 'Why?', zh: '原因' },
  whyNot: { en: 'Why is this customer in a segment, or not?', zh: '为何属于或不属于某人群？' },
  choose: { en: 'Choose a segment', zh: '选择人群' },
  fits: { en: '✓ fits', zh: '✓ 符合' },
  fitsNot: { en: '✕ does not fit', zh: '✕ 不符合' },
  rule: { en: 'Rule', zh: '规则' },
  found: { en: 'Found', zh: '实际值' },
  result: { en: 'Result', zh: '结果' },
  noLines: { en: 'No rule', zh: '没有规则' },
  matches: { en: 'Known elsewhere', zh: '合作方比对' },
  noMatches: { en: 'In no result of a match.', zh: '不在任何比对结果中。' },
  partner: { en: 'Partner', zh: '合作方' },
  purpose: { en: 'Purpose', zh: '用途' },
  by: { en: 'Found by', zh: '依据' },
  use: { en: 'Use', zh: '结果用途' },
  when: { en: 'When', zh: '时间' },
} as const;

const uses = {
  suppression: { en: 'not to be addressed', zh: '不予触达' },
  'known-elsewhere': { en: 'known elsewhere', zh: '合作方亦知' },
  overlap: { en: 'overlap', zh: '重合' },
} as const satisfies { readonly [use: string]: Words };
type Use = keyof typeof uses;

export function Decided({ profile }: { profile: Profile }) {
  const may = useMay();
  return (
    <Flex vertical gap={space.large}>
      <Scores profile={profile} />
      <Segments profile={profile} />
      {may('match.standing') && <Matches id={profile.id} />}
    </Flex>
  );
}

function Section({ name }: { name: Words }) {
  const say = useSay();
  return (
    <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
      {say(name)}
    </Typography.Title>
  );
}

function Scores({ profile: { id, scores: known = [] } }: { profile: Profile }) {
  const say = useSay();
  const may = useMay();
  const language = useLanguage();
  const formats = useFormats();
  const asked = useQuery({
    queryKey: [...customerKey(id), 'scores'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/scores/{id}', { params: { path: { id } }, signal })),
    enabled: false,
  });
  const scores = asked.data?.scores ?? known;
  const modelTitle = useModelTitle();
  return (
    <Flex vertical gap={space.small}>
      <Flex justify="space-between">
        <Section name={words.scores} />
        {may('score.read') && (
          <Button size="small" loading={asked.isFetching} onClick={() => void asked.refetch()}>
            {say(words.again)}
          </Button>
        )}
      </Flex>
      {scores.length === 0 && <Text type="secondary">{say(words.noScores)}</Text>}
      {scores.map(({ score, value, version, atMs, reasons }) => (
        <div key={score}>
          <Flex gap={space.small} align="center" wrap>
            <Text strong title={score}>
              {modelTitle(score)}
            </Text>
            {typeof value === 'number' && value >= 0 && value <= 1 ? (
              <Progress
                percent={value * 100}
                format={() => formats.percent(value)}
                style={{ width: 200, margin: 0 }}
                aria-label={modelTitle(score)}
              />
            ) : (
              <span>{typeof value === 'number' ? formats.number(value) : '–'}</span>
            )}
            <Text type="secondary">
              {version} · <When atMs={atMs} />
            </Text>
          </Flex>
          <Flex gap={space.hair} wrap style={{ marginTop: space.hair }}>
            {reasons.map((reason) => (
              <Mark key={reason.en} long>
                {reason[language]}
              </Mark>
            ))}
          </Flex>
        </div>
      ))}
    </Flex>
  );
}

function Segments({ profile: { id, segments = [] } }: { profile: Profile }) {
  const say = useSay();
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const chosen = search.get('segment');
  const named = useSegmentNames();
  const all = may('segment.why') ? named : [];
  const shownAs = (name: string) => named.find((one) => one.name === name)?.shown ?? name;
  const numberOf = (name: string) => all.find((one) => one.name === name)?.id;
  const ask = (segment: number | undefined) =>
    setSearch(segment === undefined ? {} : { segment: String(segment) }, { replace: true });
  return (
    <Flex vertical gap={space.small}>
      <Section name={words.segments} />
      {segments.length === 0 && <Text type="secondary">{say(words.noSegments)}</Text>}
      {segments.map(({ segment, sinceMs }) => (
        <Flex key={segment} gap={space.small} align="center" wrap>
          <Mark tone="note">{shownAs(segment)}</Mark>
          <Text type="secondary">
            {say(words.since)} <When atMs={sinceMs} />
          </Text>
          {numberOf(segment) !== undefined && (
            <Button
              size="small"
              type="link"
              onClick={() => ask(numberOf(segment))}
              aria-label={`${shownAs(segment)}: ${say(words.why)}`}
            >
              {say(words.why)}
            </Button>
          )}
        </Flex>
      ))}
      {all.length > 0 && (
        <>
          <Text type="secondary">{say(words.whyNot)}</Text>
          <Select<number>
            allowClear
            aria-label={say(words.whyNot)}
            placeholder={say(words.choose)}
            value={chosen === null ? null : Number(chosen)}
            onChange={ask}
            style={{ maxWidth: 320 }}
            showSearch={{ optionFilterProp: 'label' }}
            options={all.map(({ id: value, shown: label }) => ({ value, label }))}
          />
        </>
      )}
      {chosen !== null && may('segment.why') && <Why id={id} segment={Number(chosen)} />}
    </Flex>
  );
}

function Why({ id, segment }: { id: string; segment: number }) {
  const say = useSay();
  const language = useLanguage();
  const asked = useQuery({
    queryKey: [...customerKey(id), 'why', segment],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/profiles/{id}/segments/{segment}', { params: { path: { id, segment } }, signal })),
  });
  return (
    <Answer of={asked}>
      {({ lines = [] }) => (
        <Rows
          none={words.noLines}
          rowKey={({ depth, rule }) => `${depth} ${rule.en}`}
          dataSource={lines}
          columns={[
            {
              title: say(words.rule),
              render: (_, { depth, rule }) => <span style={{ paddingInlineStart: depth * space.medium }}>{rule[language]}</span>,
            },
            {
              title: say(words.found),
              render: (_, { found, traits }) =>
                found
                  ? found[language]
                  : Object.entries(traits ?? {}).map(
                      ([name, value]) => `${say(fieldWords(name))}: ${valueText(name, value, language)}`,
                    ),
            },
            {
              title: say(words.result),
              render: (_, { member }) =>
                member === null ? (
                  <Hidden />
                ) : (
                  <Mark tone={member ? 'good' : undefined}>{say(member ? words.fits : words.fitsNot)}</Mark>
                ),
            },
          ]}
        />
      )}
    </Answer>
  );
}

function Matches({ id }: { id: string }) {
  const say = useSay();
  const purposeOf = usePurposeName();
  const [use, setUse] = useState<Use>('known-elsewhere');
  const asked = useQuery({
    queryKey: [...customerKey(id), 'matches', use],
    queryFn: ({ signal }) => unwrap(api.GET('/api/profiles/{id}/matches', { params: { path: { id }, query: { use } }, signal })),
  });
  return (
    <Flex vertical gap={space.small}>
      <Flex justify="space-between" align="center">
        <Section name={words.matches} />
        <Select<Use>
          size="small"
          aria-label={say(words.use)}
          value={use}
          onChange={setUse}
          popupMatchSelectWidth={false}
          options={(Object.keys(uses) as Use[]).map((value) => ({ value, label: say(uses[value]) }))}
        />
      </Flex>
      <Answer of={asked} rows={1}>
        {({ found = [] }) =>
          found.length === 0 ? (
            <Text type="secondary">{say(words.noMatches)}</Text>
          ) : (
            <Rows
              none={words.noMatches}
              rowKey={({ match, partner }) => `${match} ${partner}`}
              dataSource={found}
              columns={[
                { title: say(words.partner), render: (_, { partner }) => partner.slice(0, 12) },
                { title: say(words.purpose), render: (_, { purpose }) => purposeOf(purpose) },
                { title: say(words.by), render: (_, { kind }) => say(fieldWords(kind)) },
                { title: say(words.when), render: (_, { atMs }) => <When atMs={atMs} /> },
              ]}
            />
          )
        }
      </Answer>
    </Flex>
  );
}
