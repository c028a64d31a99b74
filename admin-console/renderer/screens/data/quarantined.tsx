// One event in quarantine: what is wrong and where, the field to correct, the whole event for who knows JSON, tried on the dictionary before it
// is saved, then recorded. Only what was changed is sent: what the reader sees masked stays what it is.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Descriptions, Flex, Input, Select, Space, Tabs } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useSay } from '../../words/words.ts';
import { type Quarantined, quarantineKey, useQuarantined, useSources } from './ask.ts';
import { reasonWords } from './data-words.ts';
import { type Change, changesOf, isMasked, readJson, valueAt, written } from './json-document.ts';
import { JsonEdit } from './json-edit.tsx';
import { TryAnswer, useTry } from './try-out.tsx';

const words = {
  title: { en: 'Event {id} in quarantine', zh: '隔离事件 {id}' },
  back: { en: 'Quarantine', zh: '返回隔离区' },
  wrong: { en: 'What is wrong', zh: '违反的规则' },
  where: { en: 'Where', zh: '位置' },
  source: { en: 'Source', zh: '数据源' },
  since: { en: 'Here since', zh: '隔离时间' },
  corrected: { en: 'Corrected', zh: '更正时间' },
  notYet: { en: 'Not yet', zh: '尚未更正' },
  field: { en: 'The field', zh: '该字段' },
  whole: { en: 'The whole event', zh: '完整事件' },
  now: { en: 'Stands there now', zh: '当前值' },
  nothing: { en: 'nothing', zh: '无' },
  hidden: { en: 'hidden from your role', zh: '对您的角色隐藏' },
  should: { en: 'Should stand there', zh: '更正为' },
  as: { en: 'Written as', zh: '类型' },
  text: { en: 'Text', zh: '文本' },
  number: { en: 'Number', zh: '数值' },
  yesNo: { en: 'Yes or no', zh: '是/否' },
  remove: { en: 'Remove the field', zh: '移除该字段' },
  save: { en: 'Save', zh: '保存' },
  saveRecord: { en: 'Save and record', zh: '保存并记录' },
  record: { en: 'Record again', zh: '重放' },
  recorded: { en: 'Recorded. It has left the quarantine.', zh: '已记录，事件已离开隔离区。' },
  still: { en: 'It still breaks a rule', zh: '仍违反规则' },
  saved: { en: 'Saved. It is recorded when it is replayed.', zh: '已保存，重放后才会记录。' },
  masked: {
    en: 'A value that you changed has stars in it. Write the whole value, or leave it as it was.',
    zh: '更改的值含有星号；请填写完整的值，或保持原样。',
  },
  maskedNote: {
    en: 'Stars stand for what your role does not see. What you leave alone stays as it is.',
    zh: '星号代表您的角色无权查看的内容；未改动的字段保持不变。',
  },
  discard: { en: 'Discard', zh: '丢弃' },
  discardAbout: {
    en: 'The event and its key are destroyed. This cannot be undone, not from a backup either.',
    zh: '该事件及其密钥将被销毁，无法撤销，也无法从备份恢复。',
  },
  gone: { en: 'Discarded', zh: '已丢弃' },
  dictionary: { en: 'Try on the dictionary', zh: '在字典中试用' },
  readOnly: { en: 'Your role may look, not correct.', zh: '您的角色只能查看，不能更正。' },
  noNumber: { en: 'That is not a number.', zh: '不是有效的数字。' },
} as const;

export default function QuarantinedPage() {
  const say = useSay();
  const { id } = useParams<{ id: string }>();
  const asked = useQuarantined(Number(id));
  const title = say(words.title, { id });
  return (
    <Page title={title} actions={<Link href="/quarantine">{say(words.back)}</Link>}>
      <Answer of={asked}>{(one) => <One key={`${one.id} ${one.fixedAtMs ?? 0}`} one={one} />}</Answer>
    </Page>
  );
}

function One({ one }: { one: Quarantined }) {
  const say = useSay();
  const may = useMay();
  const [, go] = useLocation();
  const sources = useSources();
  const { id, source, where, reason, event, quarantinedAtMs, fixedAtMs } = one;
  const items = [
    { key: 'reason', label: say(words.wrong), children: <Mark tone="wait">{say(reasonWords(reason))}</Mark> },
    { key: 'where', label: say(words.where), children: <Text code>{where}</Text> },
    {
      key: 'source',
      label: say(words.source),
      children: sources.data?.sources.find((held) => held.id === source)?.name ?? `#${source}`,
    },
    { key: 'since', label: say(words.since), children: <When atMs={quarantinedAtMs} /> },
    {
      key: 'fixed',
      label: say(words.corrected),
      children: fixedAtMs === undefined ? say(words.notYet) : <When atMs={fixedAtMs} />,
    },
  ];
  return (
    <Flex vertical gap={space.medium}>
      <Card size="small">
        <Descriptions size="small" column={{ xs: 1, sm: 1, md: 2 }} items={items} style={{ marginBottom: space.small }} />
        <Space wrap>
          {may('dictionary.read') && (
            <Link href={`/dictionary/${source}?event=${id}`}>
              <Button>{say(words.dictionary)}</Button>
            </Link>
          )}
          {may('quarantine.discard') && (
            <Act
              name={words.discard}
              about={words.discardAbout}
              danger
              reason
              done={words.gone}
              act={({ reason: said }: { reason: string }) =>
                unwrap(api.POST('/api/quarantine/discard', { body: { ids: [id], reason: said } }))
              }
              onDone={() => go('/quarantine')}
              refresh={[
                [...quarantineKey, 'counts'],
                [...quarantineKey, 'reasons'],
                [...quarantineKey, 'list'],
              ]}
            />
          )}
        </Space>
      </Card>
      {may('quarantine.fix') ? (
        <Tabs
          defaultActiveKey={isField(where) ? 'field' : 'whole'}
          items={[
            ...(isField(where) ? [{ key: 'field', label: say(words.field), children: <FieldFix one={one} /> }] : []),
            { key: 'whole', label: say(words.whole), children: <WholeFix one={one} /> },
          ]}
        />
      ) : (
        <Card size="small" title={say(words.whole)}>
          <Flex vertical gap={space.small}>
            <Text type="secondary">{say(words.readOnly)}</Text>
            <JsonEdit text={written(event)} label={say(words.whole)} readOnly />
            <Save one={one} changes={[]} />
          </Flex>
        </Card>
      )}
    </Flex>
  );
}

const ids = new Set(['userId', 'anonymousId', 'previousId', 'groupId', 'name']);
const isField = (where: string) => ids.has(where) || /^(traits|properties|context)\../.test(where);

type Kind = 'text' | 'number' | 'yesNo' | 'remove';

function FieldFix({ one: { event, where, reason }, one }: { one: Quarantined }) {
  const say = useSay();
  const path = where.split('.');
  const held = valueAt(event, path);
  const hidden = held === null || isMasked(held);
  const [kind, setKind] = useState<Kind>(reason === 'not a number' || reason.startsWith('not an amount') ? 'number' : 'text');
  const [value, setValue] = useState(typeof held === 'string' && !hidden ? held : '');
  const number = Number(value);
  const wrongNumber = kind === 'number' && value.trim() !== '' && !Number.isFinite(number);
  const changes = ((): Change[] => {
    if (kind === 'remove') return held === undefined ? [] : [{ path }];
    if (kind === 'yesNo') return [{ path, value: value === 'true' }];
    if (value.trim() === '' || wrongNumber) return [];
    const next = kind === 'number' ? number : value;
    return next === held ? [] : [{ path, value: next }];
  })();
  const shownNow = held === undefined ? say(words.nothing) : hidden ? say(words.hidden) : written(held);
  return (
    <Card size="small">
      <Flex vertical gap={space.small}>
        <Text type="secondary">
          {say(words.now)}: <Text code>{shownNow}</Text>
        </Text>
        <Flex gap={space.small} wrap align="center">
          <Select<Kind>
            aria-label={say(words.as)}
            value={kind}
            onChange={setKind}
            style={{ width: 160 }}
            options={(['text', 'number', 'yesNo', 'remove'] as const).map((one) => ({ value: one, label: say(words[one]) }))}
          />
          {kind === 'yesNo' ? (
            <Select
              aria-label={say(words.should)}
              value={value === 'true' ? 'true' : 'false'}
              onChange={setValue}
              style={{ width: 160 }}
              options={[
                { value: 'true', label: 'true' },
                { value: 'false', label: 'false' },
              ]}
            />
          ) : (
            kind !== 'remove' && (
              <Input
                aria-label={`${say(words.should)} ${where}`}
                placeholder={say(words.should)}
                value={value}
                onChange={({ target }) => setValue(target.value)}
                style={{ maxWidth: 420 }}
                {...(wrongNumber && { status: 'error' as const })}
              />
            )
          )}
        </Flex>
        {wrongNumber && <Text type="danger">{say(words.noNumber)}</Text>}
        <Save one={one} changes={changes} />
      </Flex>
    </Card>
  );
}

function WholeFix({ one }: { one: Quarantined }) {
  const say = useSay();
  const [text, setText] = useState(() => written(one.event));
  const read = readJson(text);
  const changes = 'document' in read ? changesOf(one.event, read.document) : [];
  return (
    <Card size="small">
      <Flex vertical gap={space.small}>
        <Text type="secondary">{say(words.maskedNote)}</Text>
        <JsonEdit text={text} change={setText} label={say(words.whole)} />
        <Save one={one} changes={changes} broken={!('document' in read)} />
      </Flex>
    </Card>
  );
}

/** Saved alone it waits; saved and recorded it leaves, or says why not. */
function Save({ one, changes, broken = false }: { one: Quarantined; changes: readonly Change[]; broken?: boolean }) {
  const say = useSay();
  const may = useMay();
  const { message } = App.useApp();
  const client = useQueryClient();
  const proven = useProven();
  const [, go] = useLocation();
  const starred = changes.some(({ value }) => isMasked(value));
  const usable = !broken && !starred;
  const doing = useMutation({
    mutationFn: async (record: boolean) => {
      const { id } = one;
      if (changes.length > 0)
        await proven(() =>
          unwrap(api.PATCH('/api/quarantine/{id}', { params: { path: { id } }, body: { changes: [...changes] } })),
        );
      if (!record) return undefined;
      const { replayed } = await proven(() => unwrap(api.POST('/api/quarantine/replay', { body: { ids: [id] } })));
      return replayed[0];
    },
    onSuccess: async (became) => {
      if (became && became.outcome !== 'quarantined') {
        void message.success(say(words.recorded));
        go('/quarantine');
      } else if (!became) void message.success(say(words.saved));
      await client.invalidateQueries({ queryKey: quarantineKey });
    },
  });
  const stays = doing.data?.outcome === 'quarantined' ? doing.data : undefined;
  return (
    <Flex vertical gap={space.small}>
      <Fault error={doing.error} />
      {starred && <Alert type="warning" showIcon title={say(words.masked)} />}
      {stays && (
        <Alert
          role="alert"
          type="warning"
          showIcon
          title={say(words.still)}
          description={`${stays.where ?? ''} ${say(reasonWords(stays.reason ?? ''))}`}
        />
      )}
      {usable && changes.length > 0 && may('dictionary.try') && !isMasked(one.event) && <Tried one={one} changes={changes} />}
      <Space wrap>
        {may('quarantine.replay') && (
          <Button type="primary" disabled={!usable} loading={doing.isPending} onClick={() => doing.mutate(true)}>
            {say(changes.length > 0 ? words.saveRecord : words.record)}
          </Button>
        )}
        {may('quarantine.fix') && (
          <Button disabled={!usable || changes.length === 0 || doing.isPending} onClick={() => doing.mutate(false)}>
            {say(words.save)}
          </Button>
        )}
      </Space>
    </Flex>
  );
}

/** What the dictionary makes of it, before anything is saved. Only where nothing of it is masked: a masked value is no phone number. */
function Tried({ one, changes }: { one: Quarantined; changes: readonly Change[] }) {
  const event = useMemo(() => withChanges(one.event, changes), [one, changes]);
  const tried = useTry(one.source, written(event));
  return <TryAnswer of={tried} />;
}

function withChanges(event: Quarantined['event'], changes: readonly Change[]): unknown {
  const copy = structuredClone(event) as { [name: string]: unknown };
  for (const { path, value } of changes) {
    let held = copy;
    for (const name of path.slice(0, -1)) {
      const inner = held[name];
      if (typeof inner !== 'object' || inner === null) held[name] = {};
      held = held[name] as { [name: string]: unknown };
    }
    const last = path.at(-1) ?? '';
    if (value === undefined) delete held[last];
    else held[last] = value;
  }
  return copy;
}
