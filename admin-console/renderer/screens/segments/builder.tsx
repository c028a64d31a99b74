// Building a segment: by hand or in words, with the sentence that it makes in the reader's language, how many fit, a few of them, and what is odd, all
// the while. A new one is kept under a name; another rule for one that is there is a new version of it.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Flex, Form, Input, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Fault } from '../../parts/fault.tsx';
import { Help } from '../../parts/help.tsx';
import { Page } from '../../parts/page.tsx';
import { usePurpose } from '../../parts/purpose.tsx';
import { to } from '../../parts/screen.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Forbidden } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useLanguage, useSay } from '../../words/words.ts';
import type { Levels } from './condition.tsx';
import { Preview } from './preview.tsx';
import { begun, finished, type GroupItem, group, opened, readRule } from './rule.ts';
import { RuleTree } from './rule-tree.tsx';
import {
  type Given,
  type Names,
  type Segment,
  segmentKey,
  segmentsKey,
  useNames,
  useRead,
  useSegment,
  useSettled,
} from './segment-api.ts';
import { Sentence } from './sentence.tsx';
import { TextRule } from './text-rule.tsx';

const words = {
  make: { en: 'New segment', zh: '新建人群' },
  change: { en: 'Change {name}', zh: '更改 {name}' },
  about: { en: 'Say who belongs. Nothing is kept until you save.', zh: '界定成员。保存之前不会生效。' },
  way: { en: 'How the rule is written', zh: '规则编写方式' },
  build: { en: 'Build', zh: '逐项构建' },
  write: { en: 'Write', zh: '文字编写' },
  rule: { en: 'Who belongs', zh: '成员规则' },
  ruleHelp: {
    en: 'Build it from conditions, or write it in English or Chinese. Both are one rule: you can go from one to the other at any time.',
    zh: '可逐项构建，也可用中文或英文编写。两种方式是同一条规则，可随时切换。',
  },
  purpose: { en: 'Purpose', zh: '用途' },
  purposeHelp: {
    en: 'What the segment is for. Only those whose data may be used for it are members, and whoever takes a consent back leaves.',
    zh: '人群的使用目的。仅限可用于该用途的客户，撤回同意者随即离开。',
  },
  name: { en: 'Name', zh: '名称' },
  nameHelp: { en: 'By which other rules ask for it. It stays.', zh: '其他规则以此名称引用，之后不可更改。' },
  label: { en: 'Shown as', zh: '显示名称' },
  labelEn: { en: 'in English', zh: '英文' },
  labelZh: { en: 'in Chinese', zh: '中文' },
  description: { en: 'Description', zh: '说明' },
  needed: { en: 'Needed', zh: '必填' },
  keep: { en: 'Save', zh: '保存' },
  cancel: { en: 'Cancel', zh: '取消' },
  kept: { en: 'Saved. Everybody is being asked.', zh: '已保存，正在逐一核对全部客户。' },
  unfinished: { en: 'Finish the conditions that are marked before you save.', zh: '请先补全标记的条件再保存。' },
} as const;

export default function Builder() {
  const { id } = useParams<{ id?: string }>();
  const may = useMay();
  const names = useNames();
  if (!may(id === undefined ? 'segment.add' : 'segment.change')) return <Forbidden />;
  return (
    <Answer of={names}>
      {(known) => (id === undefined ? <Begin names={known} /> : <Changing id={Number(id)} names={known} />)}
    </Answer>
  );
}

/** Another screen may have begun a rule; it comes by the browser's history, not by the address. */
type Begun = { when?: object; name?: string };

function Begin({ names }: { names: Names }) {
  const begunWith = (history.state ?? {}) as Begun;
  const { purpose } = usePurpose();
  const known = names.purposes.some((one) => one.purpose === purpose);
  const first = known ? purpose : (names.purposes[0]?.purpose ?? '');
  const root = begunWith.when ? opened(readRule(begunWith.when)) : group('and', [begun('value')]);
  return <Workshop names={names} root={root} purpose={first} {...(begunWith.name !== undefined && { name: begunWith.name })} />;
}

function Changing({ id, names }: { id: number; names: Names }) {
  const asked = useSegment(id);
  return (
    <Answer of={asked}>
      {(segment) => (
        <Workshop
          key={segment.id}
          names={names}
          root={opened(readRule(segment.when))}
          purpose={segment.purpose}
          segment={segment}
        />
      )}
    </Answer>
  );
}

type Details = { name: string; labelEn?: string; labelZh?: string; description?: string };

function Workshop({ names, ...given }: { names: Names; root: GroupItem; purpose: string; segment?: Segment; name?: string }) {
  const { segment } = given;
  const say = useSay();
  const language = useLanguage();
  const [, go] = useLocation();
  const [root, setRoot] = useState(given.root);
  const [text, setText] = useState<string>();
  const [purpose, setPurpose] = useState(given.purpose);
  const levels = useLevels();
  const when = useMemo(() => finished(root), [root]);
  const rule: Given | undefined = text !== undefined ? (text.trim() === '' ? undefined : { text }) : when && { when };
  const read = useRead(useSettled(rule, 150));
  const write = (way: 'build' | 'write') => {
    if (way === 'write') setText(read.data?.text?.[language] ?? '');
    else {
      if (read.data?.when && rule) setRoot(opened(readRule(read.data.when)));
      setText(undefined);
    }
  };
  const wrong = text !== undefined ? read.data?.error : undefined;
  const whole = rule !== undefined && wrong === undefined && !read.data?.findings.some(({ severity }) => severity === 'error');
  const back = segment ? to('/segments/:id', { id: segment.id }) : '/segments';
  return (
    <Page title={segment ? say(words.change, { name: segment.name }) : words.make} about={words.about}>
      <Flex gap={space.medium} align="start" wrap>
        <Flex vertical gap={space.medium} style={{ flex: '1 1 520px', minWidth: 0 }}>
          <Card
            size="small"
            title={
              <>
                {say(words.rule)} <Help about={words.ruleHelp} />
              </>
            }
            extra={
              <Segmented
                aria-label={say(words.way)}
                value={text === undefined ? 'build' : 'write'}
                onChange={write}
                options={[
                  { value: 'build', label: say(words.build) },
                  {
                    value: 'write',
                    label: say(words.write),
                    disabled: text === undefined && when !== undefined && !read.data?.text,
                  },
                ]}
              />
            }
          >
            <Flex vertical gap={space.medium}>
              <Sentence
                text={rule && !wrong ? read.data?.text : undefined}
                findings={rule && !wrong ? (read.data?.findings ?? []) : []}
              />
              {text === undefined ? (
                <RuleTree root={root} names={names} levels={levels} onChange={setRoot} />
              ) : (
                <TextRule text={text} onChange={setText} error={wrong} />
              )}
            </Flex>
          </Card>
          <Keep
            names={names}
            whole={whole}
            rule={rule}
            purpose={purpose}
            setPurpose={setPurpose}
            segment={segment}
            begunName={given.name}
            leave={() => go(back)}
          />
        </Flex>
        <div style={{ flex: '0 1 320px', minWidth: 280, position: 'sticky', top: 0 }}>
          <Preview rule={whole ? rule : undefined} purpose={purpose} />
        </div>
      </Flex>
    </Page>
  );
}

function Keep({
  names,
  whole,
  rule,
  purpose,
  setPurpose,
  segment,
  begunName,
  leave,
}: {
  names: Names;
  whole: boolean;
  rule: Given | undefined;
  purpose: string;
  setPurpose(purpose: string): void;
  segment: Segment | undefined;
  begunName: string | undefined;
  leave(): void;
}) {
  const say = useSay();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [, go] = useLocation();
  const keep = useMutation({
    mutationFn: async ({ name, labelEn, labelZh, description }: Details) => {
      const label = labelEn || labelZh ? { label: { en: labelEn || labelZh || '', zh: labelZh || labelEn || '' } } : {};
      const more = { ...rule!, purpose, ...label, ...(description && { description }) };
      if (segment) return unwrap(api.PUT('/api/segments/{segment}', { params: { path: { segment: segment.id } }, body: more }));
      return unwrap(api.POST('/api/segments', { body: { ...more, name: name.trim() } }));
    },
    onSuccess: async (kept) => {
      client.setQueryData(segmentKey(kept.id), kept);
      await client.invalidateQueries({ queryKey: segmentsKey });
      void message.success(say(words.kept));
      go(to('/segments/:id', { id: kept.id }));
    },
  });
  const language = useLanguage();
  return (
    <Card size="small">
      <Form<Details>
        layout="vertical"
        requiredMark={false}
        initialValues={{
          name: segment?.name ?? begunName ?? '',
          labelEn: segment?.label?.en,
          labelZh: segment?.label?.zh,
          description: segment?.description,
        }}
        onFinish={(values) => keep.mutate(values)}
      >
        <Fault error={keep.error} />
        <Flex gap={space.medium} wrap>
          <Form.Item
            name="name"
            label={say(words.name)}
            extra={say(words.nameHelp)}
            rules={[{ required: true, whitespace: true, message: say(words.needed) }]}
            style={{ flex: '1 1 220px' }}
          >
            <Input maxLength={100} disabled={segment !== undefined} />
          </Form.Item>
          <Form.Item label={say(words.purpose)} extra={say(words.purposeHelp)} htmlFor="purpose" style={{ flex: '1 1 220px' }}>
            <Select
              id="purpose"
              value={purpose}
              onChange={setPurpose}
              popupMatchSelectWidth={false}
              options={names.purposes.map((one) => ({ value: one.purpose, label: one.name?.[language] ?? one.purpose }))}
            />
          </Form.Item>
        </Flex>
        <Form.Item label={say(words.label)} style={{ marginBottom: 0 }}>
          <Flex gap={space.medium} wrap>
            <Form.Item name="labelEn" style={{ flex: '1 1 200px' }}>
              <Input maxLength={200} placeholder={say(words.labelEn)} aria-label={`${say(words.label)} ${say(words.labelEn)}`} />
            </Form.Item>
            <Form.Item name="labelZh" style={{ flex: '1 1 200px' }}>
              <Input maxLength={200} placeholder={say(words.labelZh)} aria-label={`${say(words.label)} ${say(words.labelZh)}`} />
            </Form.Item>
          </Flex>
        </Form.Item>
        <Form.Item name="description" label={say(words.description)}>
          <Input.TextArea maxLength={2000} rows={2} />
        </Form.Item>
        <Flex gap={space.small} align="center" wrap>
          <Button type="primary" htmlType="submit" disabled={!whole} loading={keep.isPending}>
            {say(words.keep)}
          </Button>
          <Button onClick={leave}>{say(words.cancel)}</Button>
          {!whole && <Text type="secondary">{say(words.unfinished)}</Text>}
        </Flex>
      </Form>
    </Card>
  );
}

/** Values that many customers have, for who may read what features hold over everybody. */
function useLevels(): Levels {
  const may = useMay();
  const asked = useQuery({
    queryKey: ['features', 'levels'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/features/summary', { signal })),
    enabled: may('feature.summary'),
    staleTime: 300_000,
    retry: false,
  });
  return (name) => asked.data?.features.find((one) => one.name === name)?.levels?.map(({ level }) => level) ?? [];
}
