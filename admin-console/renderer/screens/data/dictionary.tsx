// The data dictionary of a source: what its fields mean and how values are read, as a table or as the whole document, tried on a sample while it
// is written, saved as a new version, with what versions differ in.

import { Alert, Button, Card, Checkbox, Flex, Input, Select, Space, Tabs, Typography } from 'antd';
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useSay } from '../../words/words.ts';
import { dictionaryKey, useChosen, useDictionary, useQuarantined, useSources } from './ask.ts';
import { kindWords, normaliserWords } from './data-words.ts';
import { type FieldRow, kinds, rowsOf, twice, withRows } from './dictionary-rows.ts';
import { type Document, isMasked, readJson, written } from './json-document.ts';
import { JsonEdit } from './json-edit.tsx';
import { SourceChoice } from './source-choice.tsx';
import { TryAnswer, useTry } from './try-out.tsx';
import { Versions } from './versions.tsx';

const words = {
  title: { en: 'Dictionary', zh: '数据字典' },
  about: { en: 'What the fields of a source mean, and how their values are read.', zh: '数据源字段的含义及取值的读取方式。' },
  help: {
    en: 'Fields are moved and read first, then the standard traits are normalised, then required fields and shapes are checked. What breaks a rule goes to quarantine. A saved dictionary holds for every batch from then on.',
    zh: '先移动并读取字段，再规范化标准特征，最后检查必填项与结构；违反规则的事件进入隔离区。保存后对此后的每批数据生效。',
  },
  noSource: { en: 'There is no source yet', zh: '尚无数据源' },
  noSourceNext: { en: 'Add a source first; its dictionary is written here.', zh: '请先添加数据源，再在此编写其字典。' },
  fields: { en: 'Fields', zh: '字段' },
  document: { en: 'Whole document', zh: '完整文档' },
  versions: { en: 'Versions', zh: '历史版本' },
  version: { en: 'Version {version}', zh: '版本 {version}' },
  byDefault: { en: 'The default: nobody has saved one', zh: '默认字典（尚未保存过）' },
  from: { en: 'As it is sent', zh: '上报字段' },
  to: { en: 'Becomes', zh: '对应为' },
  itself: { en: 'itself', zh: '保持原字段' },
  as: { en: 'Read as', zh: '读取为' },
  asGiven: { en: 'as given', zh: '原样' },
  codes: { en: 'Codes', zh: '代码对照' },
  strict: { en: 'Must be readable', zh: '须可读取' },
  keep: { en: 'Keep as well', zh: '保留原字段' },
  only: { en: 'Only for', zh: '仅限' },
  every: { en: 'every kind', zh: '全部类型' },
  add: { en: 'Add a field', zh: '添加字段' },
  remove: { en: 'Remove', zh: '移除' },
  noFields: { en: 'No field has a rule of its own', zh: '尚无字段规则' },
  noFieldsNext: {
    en: 'Standard traits such as phone and e-mail are read without one.',
    zh: '电话、邮箱等标准特征无需规则即可识别。',
  },
  twice: { en: 'Stands in two rows: {paths}', zh: '重复的字段：{paths}' },
  save: { en: 'Save', zh: '保存' },
  saveAbout: {
    en: 'It holds for every batch from now on. What was recorded stays as it is; versions can be put back.',
    zh: '立即对此后的每批数据生效；已记录的数据不变，历史版本可随时恢复。',
  },
  saved: { en: 'Saved', zh: '已保存' },
  undo: { en: 'Undo all', zh: '撤销全部更改' },
  changed: { en: 'Not saved', zh: '未保存' },
  try: { en: 'Try it', zh: '试用' },
  sample: { en: 'A sample event', zh: '示例事件' },
  tryAbout: {
    en: 'What the dictionary as written here makes of this event. Nothing is recorded.',
    zh: '按当前编辑中的字典处理此事件的结果，不会记录。',
  },
  sampleMasked: {
    en: 'Values of this event are masked for you, so they cannot be tried. Write others in their place.',
    zh: '该事件的取值对您脱敏，无法直接试用；请填入其他取值。',
  },
  fromQuarantine: { en: 'Event {id} of the quarantine', zh: '隔离事件 {id}' },
} as const;

const sampleEvent = { kind: 'identify', userId: 'C1', traits: { name: '王小明', phone: '138 0013 8001' } };

export default function DictionaryPage() {
  const { source } = useParams<{ source?: string }>();
  const [, go] = useLocation();
  const sources = useSources();
  const chosen = source === undefined ? sources.data?.sources[0]?.id : Number(source);
  const choice = (
    <Space>
      <SourceChoice value={chosen} choose={(id) => go(id === undefined ? '/dictionary' : `/dictionary/${id}`)} />
      <Help about={words.help} />
    </Space>
  );
  return (
    <Page title={words.title} about={words.about} actions={choice}>
      <Answer of={sources}>
        {() =>
          chosen === undefined ? (
            <Nothing what={words.noSource} next={words.noSourceNext} />
          ) : (
            <OfSource key={chosen} source={chosen} />
          )
        }
      </Answer>
    </Page>
  );
}

function OfSource({ source }: { source: number }) {
  const asked = useDictionary(source);
  return (
    <Answer of={asked}>
      {({ version, savedAtMs, dictionary }) => (
        <Written key={version} source={source} version={version} savedAtMs={savedAtMs} document={dictionary as Document} />
      )}
    </Answer>
  );
}

type WrittenParts = { source: number; version: number; savedAtMs: number | undefined; document: Document };

function Written({ source, version, savedAtMs, document }: WrittenParts) {
  const say = useSay();
  const may = useMay();
  const [view, chooseView] = useChosen('view');
  const [text, setText] = useState(() => written(document));
  const read = readJson(text);
  const draft = 'document' in read ? read.document : undefined;
  const changed = draft === undefined || written(draft) !== written(document);
  const maySet = may('dictionary.set');
  const doubled = draft ? twice(rowsOf(draft)) : [];
  const save = (body: Document) => unwrap(api.PUT('/api/sources/{id}/dictionary', { params: { path: { id: source } }, body }));
  const bar = (
    <Flex gap={space.small} align="center" wrap style={{ marginBottom: space.small }}>
      {version === 0 ? (
        <Text type="secondary">{say(words.byDefault)}</Text>
      ) : (
        <Text type="secondary">
          {say(words.version, { version })}
          {savedAtMs !== undefined && (
            <>
              {' · '}
              <When atMs={savedAtMs} />
            </>
          )}
        </Text>
      )}
      {maySet && (
        <>
          {changed && <Mark tone="wait">{say(words.changed)}</Mark>}
          <Act
            type="primary"
            name={words.save}
            about={words.saveAbout}
            done={words.saved}
            disabled={!changed || draft === undefined || doubled.length > 0}
            refresh={[dictionaryKey]}
            act={() => save(draft ?? document)}
          />
          <Button disabled={!changed} onClick={() => setText(written(document))}>
            {say(words.undo)}
          </Button>
        </>
      )}
    </Flex>
  );
  const editing = (shown: React.ReactNode) => (
    <Flex gap={space.medium} wrap align="start">
      <div style={{ flex: '2 1 520px', minWidth: 0 }}>
        {bar}
        {doubled.length > 0 && <Alert type="warning" showIcon title={say(words.twice, { paths: doubled.join(', ') })} />}
        {shown}
      </div>
      {may('dictionary.try') && <TryIt source={source} dictionary={text} />}
    </Flex>
  );
  return (
    <Tabs
      activeKey={view === 'document' || view === 'versions' ? view : 'fields'}
      onChange={(next) => chooseView(next === 'fields' ? '' : next)}
      items={[
        {
          key: 'fields',
          label: say(words.fields),
          children: editing(
            <Fields
              rows={rowsOf(draft ?? document)}
              {...(maySet && draft && { change: (rows) => setText(written(withRows(draft, rows))) })}
            />,
          ),
        },
        {
          key: 'document',
          label: say(words.document),
          children: editing(<JsonEdit text={text} change={setText} label={say(words.document)} rows={26} readOnly={!maySet} />),
        },
        ...(may('dictionary.versions')
          ? [
              {
                key: 'versions',
                label: say(words.versions),
                children: <OldVersions source={source} now={document} {...(maySet && { save })} />,
              },
            ]
          : []),
      ]}
    />
  );
}

/** Kept apart from the document while paths are typed: an empty row is none there. */
function Fields({ rows: given, change }: { rows: FieldRow[]; change?: (rows: FieldRow[]) => void }) {
  const say = useSay();
  const [own, setOwn] = useState(given);
  const same = (one: readonly FieldRow[], other: readonly FieldRow[]) =>
    written(withRows({}, one)) === written(withRows({}, other));
  // Undone, or written in the whole document: what is there counts.
  const rows = same(own, given) ? own : given;
  const put = (next: FieldRow[]) => {
    setOwn(next);
    change?.(next);
  };
  const set = (key: number, part: Partial<FieldRow>) => put(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const add = () =>
    put([
      ...rows,
      {
        key: 1 + Math.max(-1, ...rows.map(({ key }) => key)),
        from: '',
        to: '',
        as: '',
        values: '',
        strict: false,
        keep: false,
        kinds: [],
      },
    ]);
  const fixed = change === undefined;
  const input = (row: FieldRow, part: 'from' | 'to', label: string, placeholder: string) => (
    <Input
      aria-label={`${label} ${row.from}`}
      value={row[part]}
      readOnly={fixed}
      placeholder={placeholder}
      spellCheck={false}
      onChange={({ target }) => set(row.key, { [part]: target.value })}
    />
  );
  return (
    <Flex vertical gap={space.small}>
      <Rows<FieldRow>
        rowKey="key"
        none={words.noFields}
        next={words.noFieldsNext}
        dataSource={rows}
        expandable={{ expandedRowRender: (row) => <More row={row} fixed={fixed} set={(part) => set(row.key, part)} /> }}
        columns={[
          { title: say(words.from), width: 170, render: (_, row) => input(row, 'from', say(words.from), 'traits.x') },
          { title: say(words.to), width: 170, render: (_, row) => input(row, 'to', say(words.to), say(words.itself)) },
          {
            title: say(words.as),
            width: 140,
            render: (_, row) => (
              <Select
                aria-label={`${say(words.as)} ${row.from}`}
                value={row.as}
                disabled={fixed}
                style={{ width: '100%' }}
                onChange={(as) => set(row.key, { as })}
                options={[
                  { value: '', label: say(words.asGiven) },
                  ...Object.entries(normaliserWords)
                    .filter(([value]) => value !== 'as_given' || row.as === 'as_given')
                    .map(([value, label]) => ({ value, label: say(label) })),
                ]}
              />
            ),
          },
          {
            title: say(words.strict),
            width: 110,
            render: (_, row) => (
              <Checkbox
                aria-label={`${say(words.strict)} ${row.from}`}
                checked={row.strict}
                disabled={fixed}
                onChange={({ target }) => set(row.key, { strict: target.checked })}
              />
            ),
          },
          ...(fixed
            ? []
            : [
                {
                  title: '',
                  width: 80,
                  render: (_: unknown, row: FieldRow) => (
                    <Button
                      type="text"
                      size="small"
                      aria-label={`${say(words.remove)} ${row.from}`}
                      onClick={() => put(rows.filter(({ key }) => key !== row.key))}
                    >
                      {say(words.remove)}
                    </Button>
                  ),
                },
              ]),
        ]}
      />
      {!fixed && (
        <div>
          <Button onClick={add}>{say(words.add)}</Button>
        </div>
      )}
    </Flex>
  );
}

/** What few fields need: codes of the source, only some kinds of event, and staying where it was too. */
function More({ row, fixed, set }: { row: FieldRow; fixed: boolean; set: (part: Partial<FieldRow>) => void }) {
  const say = useSay();
  return (
    <Flex gap={space.medium} wrap align="start">
      <Input.TextArea
        aria-label={`${say(words.codes)} ${row.from}`}
        value={row.values}
        readOnly={fixed}
        placeholder={`${say(words.codes)}: 01=gold`}
        rows={3}
        style={{ width: 200 }}
        onChange={({ target }) => set({ values: target.value })}
      />
      <Select
        mode="multiple"
        aria-label={`${say(words.only)} ${row.from}`}
        value={[...row.kinds]}
        disabled={fixed}
        placeholder={`${say(words.only)}: ${say(words.every)}`}
        style={{ minWidth: 180 }}
        onChange={(chosen) => set({ kinds: chosen })}
        options={kinds.map((value) => ({ value, label: say(kindWords[value] ?? { en: value, zh: value }) }))}
      />
      <Checkbox checked={row.keep} disabled={fixed} onChange={({ target }) => set({ keep: target.checked })}>
        {say(words.keep)}
      </Checkbox>
    </Flex>
  );
}

function TryIt({ source, dictionary }: { source: number; dictionary: string }) {
  const say = useSay();
  const may = useMay();
  const [event] = useChosen('event');
  const id = Number(event);
  const wanted = event !== '' && Number.isSafeInteger(id) && may('quarantine.read');
  return (
    <Card size="small" title={say(words.try)} style={{ flex: '1 1 320px', minWidth: 0 }}>
      <Typography.Paragraph type="secondary">{say(words.tryAbout)}</Typography.Paragraph>
      {wanted ? (
        <FromQuarantine id={id} source={source} dictionary={dictionary} />
      ) : (
        <Sample source={source} dictionary={dictionary} first={sampleEvent} />
      )}
    </Card>
  );
}

function FromQuarantine({ id, source, dictionary }: { id: number; source: number; dictionary: string }) {
  const say = useSay();
  const asked = useQuarantined(id);
  return (
    <Answer of={asked} rows={2}>
      {(one) => (
        <>
          <Typography.Paragraph>{say(words.fromQuarantine, { id: String(id) })}</Typography.Paragraph>
          <Sample source={source} dictionary={dictionary} first={one.event} />
        </>
      )}
    </Answer>
  );
}

function Sample({ source, dictionary, first }: { source: number; dictionary: string; first: object }) {
  const say = useSay();
  const [text, setText] = useState(() => written(first));
  const tried = useTry(source, text, dictionary);
  const read = readJson(text);
  return (
    <Flex vertical gap={space.small}>
      {'document' in read && isMasked(read.document) && <Alert type="info" showIcon title={say(words.sampleMasked)} />}
      <JsonEdit text={text} change={setText} label={say(words.sample)} rows={12} />
      <TryAnswer of={tried} whole />
    </Flex>
  );
}

function OldVersions({ source, now, save }: { source: number; now: Document; save?: (document: Document) => Promise<unknown> }) {
  const [chosen, choose] = useChosen('version');
  const asked = useQuery({
    queryKey: [...dictionaryKey, source, 'versions'],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/sources/{id}/dictionary/versions', { params: { path: { id: source } }, signal })),
  });
  const version = chosen === '' ? undefined : Number(chosen);
  const { data, error, isPending, refetch } = useDictionary(source, version);
  return (
    <Answer of={asked}>
      {({ versions }) => (
        <Versions
          versions={versions}
          chosen={version}
          choose={(next) => choose(String(next))}
          now={now}
          then={{ data: data && { document: data.dictionary }, error, isPending, refetch }}
          refresh={[dictionaryKey]}
          {...(save && { restore: (document: unknown) => save(document as Document) })}
        />
      )}
    </Answer>
  );
}
