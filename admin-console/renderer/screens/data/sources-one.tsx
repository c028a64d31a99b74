// One source: what it has sent, how programs send to it, a new key for it, and switching it off and on.

import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Descriptions, Flex, Form, Select } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { nowMs } from '../../parts/clock.ts';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { type Source, SourceState, useSources } from './sources.tsx';
import { useFigures, useQuarantined } from './sources-figures.ts';
import { KeyShown, type MadeKey } from './sources-key.tsx';
import { byHandName, isKind, kindWords } from './sources-sdks.ts';
import { Snippets } from './sources-snippets.tsx';

const words = {
  sources: { en: 'Sources', zh: '数据源' },
  none: { en: 'There is no such source', zh: '没有此数据源' },
  kind: { en: 'Kind', zh: '类型' },
  state: { en: 'State', zh: '状态' },
  added: { en: 'Added', zh: '添加于' },
  keyMade: { en: 'Key made', zh: '密钥生成于' },
  before: { en: 'The key before is taken until {until}.', zh: '旧密钥在 {until} 前仍可使用。' },
  events: { en: 'Events', zh: '事件数' },
  last: { en: 'Last event', zh: '最近事件' },
  quarantined: { en: 'Quarantined', zh: '已隔离' },
  rotate: { en: 'New key', zh: '更换密钥' },
  rotateAbout: {
    en: 'For a key that was lost or seen by others. Programs with the old key are refused once its time is over.',
    zh: '适用于密钥丢失或泄露。过渡期结束后，使用旧密钥的程序将被拒绝。',
  },
  overlap: { en: 'The old key is taken', zh: '旧密钥继续有效' },
  atOnce: { en: 'no longer, from now on', zh: '立即失效' },
  hours: { en: '{hours} hours more', zh: '{hours} 小时' },
  days: { en: '{days} days more', zh: '{days} 天' },
  rotated: { en: 'A new key was made', zh: '已生成新密钥' },
  disable: { en: 'Disable', zh: '停用' },
  disableAbout: {
    en: 'Its events are refused from now on, as with a wrong key. What it has sent stays. You can enable it again.',
    zh: '此后该数据源的事件将被拒绝（等同密钥错误）；已有数据保留，可随时重新启用。',
  },
  disabled: { en: 'Disabled', zh: '已停用' },
  enable: { en: 'Enable', zh: '启用' },
  enableAbout: { en: 'Its events are taken again, with the key that it has.', zh: '重新接收该数据源的事件，原密钥继续有效。' },
  enabled: { en: 'Enabled', zh: '已启用' },
  send: { en: 'Send events from a program', zh: '从程序发送事件' },
  import: { en: 'Import a file', zh: '导入文件' },
  isOff: { en: 'This source is disabled: nothing that it sends is taken.', zh: '该数据源已停用，不接收其发送的任何数据。' },
} as const;

export default function OneSource() {
  const { id } = useParams<{ id: string }>();
  const asked = useSources();
  return (
    <Answer of={asked}>
      {(sources) => {
        const source = sources.find((one) => String(one.id) === id && one.name !== byHandName);
        if (source) return <Shown source={source} />;
        return (
          <Page title={words.sources}>
            <Nothing what={words.none}>
              <Back />
            </Nothing>
          </Page>
        );
      }}
    </Answer>
  );
}

function Back() {
  const say = useSay();
  return <Link href="/data/sources">{say(words.sources)}</Link>;
}

function Shown({ source }: { source: Source }) {
  const say = useSay();
  const may = useMay();
  const off = source.disabledAtMs !== undefined;
  return (
    <Page title={source.name} actions={<Acts source={source} />}>
      <Flex vertical gap={space.medium}>
        <Back />
        {off && <Alert type="warning" showIcon title={say(words.isOff)} />}
        <Card size="small">
          <About source={source} />
        </Card>
        {!off && (
          <Card
            size="small"
            title={say(words.send)}
            extra={
              may('import.batch') && (
                <Link href={`/data/import?source=${source.id}`}>
                  <Button>{say(words.import)}</Button>
                </Link>
              )
            }
          >
            <Snippets kind={isKind(source.kind) ? source.kind : 'server'} />
          </Card>
        )}
      </Flex>
    </Page>
  );
}

function About({ source }: { source: Source }) {
  const say = useSay();
  const formats = useFormats();
  const figures = useFigures();
  const quarantined = useQuarantined();
  const own = figures.data?.get(source.id);
  const until = source.previousKeyUntilMs;
  const items = [
    { label: words.kind, children: isKind(source.kind) ? say(kindWords[source.kind]) : source.kind },
    { label: words.state, children: <SourceState source={source} silent={figures.data && own === undefined} /> },
    { label: words.added, children: <When atMs={source.createdAtMs} /> },
    { label: words.keyMade, children: <When atMs={source.keyMadeAtMs} /> },
    ...(figures.data ? [{ label: words.events, children: formats.number(own?.events ?? 0) }] : []),
    ...(own?.lastAtMs === undefined ? [] : [{ label: words.last, children: <When atMs={own.lastAtMs} /> }]),
    ...(quarantined.data ? [{ label: words.quarantined, children: formats.number(quarantined.data.get(source.id) ?? 0) }] : []),
  ];
  return (
    <>
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 1, md: 2, xl: 3 }}
        items={items.map(({ label, children }) => ({ key: label.en, label: say(label), children }))}
      />
      {until !== undefined && until > nowMs() && (
        <Text type="secondary">{say(words.before, { until: formats.moment(until) })}</Text>
      )}
    </>
  );
}

const overlaps = [0, 24, 72, 168, 720] as const;

function Acts({ source }: { source: Source }) {
  const say = useSay();
  const may = useMay();
  const client = useQueryClient();
  const [made, setMade] = useState<MadeKey>();
  const params = { path: { id: source.id } };
  const refresh = [['sources']];
  const off = source.disabledAtMs !== undefined;
  const overlapName = (hours: number) =>
    hours === 0
      ? say(words.atOnce)
      : hours % 24 === 0 && hours > 24
        ? say(words.days, { days: hours / 24 })
        : say(words.hours, { hours });
  return (
    <Flex gap={space.small} wrap>
      {may('source.rotate') && !off && (
        <Act<{ keepPreviousHours: number }, MadeKey>
          name={words.rotate}
          about={words.rotateAbout}
          initial={{ keepPreviousHours: 24 }}
          fields={
            <Form.Item name="keepPreviousHours" label={say(words.overlap)}>
              <Select
                aria-label={say(words.overlap)}
                options={overlaps.map((hours) => ({ value: hours, label: overlapName(hours) }))}
              />
            </Form.Item>
          }
          done={words.rotated}
          refresh={refresh}
          act={async (body) => ({ ...(await unwrap(api.POST('/api/sources/{id}/rotate', { params, body }))), rotated: true })}
          onDone={setMade}
        />
      )}
      {off
        ? may('source.enable') && (
            <Act
              name={words.enable}
              about={words.enableAbout}
              done={words.enabled}
              refresh={refresh}
              act={() => unwrap(api.POST('/api/sources/{id}/enable', { params }))}
            />
          )
        : may('source.disable') && (
            <Act
              danger
              name={words.disable}
              about={words.disableAbout}
              done={words.disabled}
              refresh={refresh}
              act={() => unwrap(api.POST('/api/sources/{id}/disable', { params }))}
            />
          )}
      {made && (
        <KeyShown
          made={made}
          close={() => {
            setMade(undefined);
            void client.invalidateQueries({ queryKey: ['sources'] });
          }}
        />
      )}
    </Flex>
  );
}
