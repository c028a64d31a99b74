// Proposing a match: with whom and for what, the way that reveals least and still gives what is wanted, limits, and what this side brings. What is revealed
// stands beside the choice; the node checks the terms before anybody is asked, and a second person approves.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Col, Flex, Form, Row } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Forbidden, Nothing } from '../../parts/states.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { useLanguage, useSay } from '../../words/words.ts';
import { isSame, Leakage, type Option, useOptions } from './leakage.tsx';
import { MatchSource, sourceOf } from './match-source.tsx';
import { type Fields, Limits, ModeChoice, Wanted, type Way, WhoAndWhy } from './match-terms.tsx';
import { Sent } from './sent.tsx';
import { type Federation, isPartner, keys, propose, useFederations, useNamed } from './shared.ts';

const words = {
  title: { en: 'Propose a match', zh: '提议匹配' },
  about: {
    en: 'Nothing leaves the node before officers of both sides have approved.',
    zh: '双方负责人批准之前，任何数据都不会离开节点。',
  },
  none: { en: 'There is nobody to match with', zh: '没有可匹配的机构' },
  noneNext: { en: 'This node has to be in a federation with another member first.', zh: '请先与其他机构组成联盟。' },
  who: { en: 'With whom, and why', zh: '对象与理由' },
  what: { en: 'What is to be learned', zh: '需要得知什么' },
  limits: { en: 'Limits', zh: '限制' },
  ours: { en: 'Our side', zh: '本方数据' },
  reveals: { en: 'What this reveals', zh: '透露的内容' },
  us: { en: 'we', zh: '本方' },
  partner: { en: 'the partner', zh: '对方' },
  check: { en: 'Check first', zh: '先检查' },
  propose: { en: 'Propose', zh: '提议' },
  allowed: {
    en: 'This node allows it. Matches with this partner in {days} days: {spent} of {limit}.',
    zh: '本节点允许。{days} 天内与该合作方已匹配 {spent} / {limit} 次。',
  },
  refused: { en: 'This node does not allow it', zh: '本节点不允许' },
  figures: { en: '{message} ({got}, asked for: {need})', zh: '{message}（现为 {got}，要求 {need}）' },
} as const;

export default function NewMatch() {
  const may = useMay();
  const federations = useFederations();
  if (!may('match.propose')) return <Forbidden />;
  return (
    <Page title={words.title} about={words.about}>
      <Answer of={federations}>
        {(all) => {
          const usable = all.filter(
            ({ state, members, member }) => state === 'member' && members.some((one) => isPartner(one, member)),
          );
          return usable.length > 0 ? <Proposal federations={usable} /> : <Nothing what={words.none} next={words.noneNext} />;
        }}
      </Answer>
    </Page>
  );
}

type Checked = { allowed: boolean };

function Proposal({ federations }: { federations: readonly Federation[] }) {
  const say = useSay();
  const named = useNamed();
  const proven = useProven();
  const client = useQueryClient();
  const [search, setSearch] = useSearchParams();
  const [form] = Form.useForm<Fields>();
  const values: Partial<Fields> = Form.useWatch([], form) ?? {};
  const [items, setItems] = useState(100_000);
  const federation = federations.find((one) => one.federation === values.federation) ?? federations[0]!;
  const partner = federation.members.find(({ member }) => member === values.responder);
  const { coordinator } = federation;
  const neutral = coordinator !== undefined && coordinator !== federation.member && coordinator !== values.responder;
  const options = useOptions({ initiator: items, responder: items }, values.wants, values.who, values.kinds);
  const recommended = options.data?.recommended.find(({ option }) => option.counter === neutral);
  const asked: Way = { mode: search.get('mode'), learns: search.get('learns') };
  const countFirst = neutral && values.countFirst === true;
  const all = (options.data?.options ?? []).filter(({ option }) => option.counter === neutral);
  const wanted = (way: Way) =>
    all.find(({ option }) => option.mode === way.mode && option.learns === way.learns && option.countFirst === countFirst) ??
    all.find(({ option }) => option.mode === way.mode && option.learns === way.learns);
  const chosen =
    wanted(asked) ??
    (recommended && (wanted(recommended.option) ?? all.find(({ option }) => isSame(option, recommended.option))));
  const option = chosen?.option;

  const check = useMutation({
    mutationFn: (given: Fields) => checked(bodyOf(given, federation, option)),
  });
  const send = useMutation({
    mutationFn: (given: Fields) => proven(() => propose('match.propose', bodyOf(given, federation, option), given.reason)),
    onSettled: () => client.invalidateQueries({ queryKey: keys.matches }),
  });
  const run = async (what: typeof check | typeof send) => what.mutate((await form.validateFields()) as never);
  if (send.isSuccess) return <Sent waits={'approval' in send.data} to="/matches" />;
  const names = { initiator: say(words.us), responder: named(partner?.name, say(words.partner)) };
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      scrollToFirstError
      onValuesChange={() => check.reset()}
      initialValues={{
        federation: federations[0]!.federation,
        use: 'overlap',
        wants: 'items',
        who: 'one',
        kinds: ['phone', 'email'],
        countFirst: false,
      }}
    >
      <Row gutter={[space.large, space.medium]}>
        <Col xs={24} lg={12}>
          <Flex vertical gap={space.medium}>
            <Card size="small" title={say(words.who)}>
              <WhoAndWhy federations={federations} federation={federation} />
            </Card>
            <Card size="small" title={say(words.what)}>
              <Wanted />
              <ModeChoice
                all={all}
                asked={options}
                chosen={option}
                recommended={recommended}
                neutral={neutral}
                onChoose={({ mode, learns }) => {
                  check.reset();
                  setSearch({ mode: mode ?? '', learns: learns ?? '' }, { replace: true });
                }}
              />
            </Card>
            <Card size="small" title={say(words.limits)}>
              <Limits option={option} neutral={neutral} items={items} onItems={setItems} />
            </Card>
            <Card size="small" title={say(words.ours)}>
              <MatchSource summed={false} />
            </Card>
            <Fault error={check.error ?? send.error} />
            {check.data && <Outcome of={check.data} />}
            <Flex gap={space.small}>
              <Button disabled={!option} loading={check.isPending} onClick={() => void run(check).catch(() => undefined)}>
                {say(words.check)}
              </Button>
              <Button
                type="primary"
                disabled={!option || (check.data as Checked | undefined)?.allowed === false}
                loading={send.isPending}
                onClick={() => void run(send).catch(() => undefined)}
              >
                {say(words.propose)}
              </Button>
            </Flex>
          </Flex>
        </Col>
        <Col xs={24} lg={12}>
          <Card size="small" title={say(words.reveals)} style={{ position: 'sticky', top: space.small }}>
            <Answer of={options} rows={12}>
              {() => chosen && <Leakage of={chosen} names={names} items={items} />}
            </Answer>
          </Card>
        </Col>
      </Row>
    </Form>
  );
}

const checked = (body: ReturnType<typeof bodyOf>) => unwrap(api.POST('/api/matches/check', { body }));

function bodyOf(given: Fields, { federation }: Federation, option: Option | undefined) {
  if (!option) throw new TypeError('no way was chosen');
  const { mode, learns, counter, countFirst } = option;
  const { responder, use, purpose, reason, kinds, minSize, maxSize, minIntersection, sumOf, stretch } = given;
  return {
    ...{ federation, responder, mode, learns, use, purpose, reason: reason.trim(), kinds, countFirst },
    ...(minSize && { minSize }),
    ...(maxSize && { maxSize }),
    ...(minIntersection && { minIntersection }),
    ...(mode === 'sums' && { sumOf }),
    ...(mode === 'salted-hash' && stretch && { stretch }),
    ...(!counter && { counter: null }),
    source: sourceOf(given) as { [name: string]: unknown },
  };
}

function Outcome({ of: { allowed, refusals, budget } }: { of: Awaited<ReturnType<typeof checked>> }) {
  const say = useSay();
  const language = useLanguage();
  if (allowed)
    return (
      <Alert
        role="status"
        type="success"
        showIcon
        title={say(words.allowed, { days: budget.days, spent: budget.spent, limit: budget.limit })}
      />
    );
  return (
    <Alert
      role="alert"
      type="error"
      showIcon
      title={say(words.refused)}
      description={refusals.map(({ code, message, got, need }) => (
        <div key={code}>
          {got === undefined || need === undefined
            ? message[language]
            : say(words.figures, { message: message[language], got, need })}
        </div>
      ))}
    />
  );
}
