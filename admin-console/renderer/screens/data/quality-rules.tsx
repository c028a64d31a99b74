// The quality rules of a source: its own, written one by one in a form or all as a document, and those that hold by themselves, which can be
// switched off. Each saving is a version.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Flex, Form, Input, InputNumber, Modal, Select, Space, Switch, Table, Tabs, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Mark } from '../../parts/mark.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { type QualityRule, qualityKey, type StoredRules, useQualityRules } from './ask.ts';
import { normaliserWords } from './data-words.ts';
import { readJson, written } from './json-document.ts';
import { JsonEdit } from './json-edit.tsx';
import { comparisonWords, qualityKinds, ruleWords } from './quality-words.ts';
import { fromForm, type RuleForm, toForm } from './rule-form.ts';

const words = {
  own: { en: 'Rules of this source', zh: '本数据源的规则' },
  derived: { en: 'Hold by themselves', zh: '默认生效的规则' },
  derivedAbout: {
    en: 'They follow from the dictionary and from what every source is held to.',
    zh: '由数据字典及通用要求得出。',
  },
  defaults: { en: 'Hold', zh: '生效' },
  list: { en: 'One by one', zh: '逐条' },
  document: { en: 'Whole document', zh: '完整文档' },
  none: { en: 'No rule of its own yet.', zh: '尚无自定规则。' },
  add: { en: 'Add a rule', zh: '添加规则' },
  edit: { en: 'Edit', zh: '编辑' },
  remove: { en: 'Remove', zh: '移除' },
  off: { en: 'Switch off', zh: '停用' },
  isOff: { en: 'switched off', zh: '已停用' },
  save: { en: 'Save', zh: '保存' },
  saved: { en: 'Saved. It holds for every batch from now on.', zh: '已保存，此后每批数据均按此检查。' },
  saveAbout: {
    en: 'It holds for every batch from now on; hours that are over keep their scores.',
    zh: '此后每批数据均按此检查；已结束小时的得分不变。',
  },
  undone: { en: 'Undo', zh: '撤销' },
  id: { en: 'Name', zh: '名称' },
  idHint: { en: 'Small letters, digits, dots and dashes.', zh: '小写字母、数字、点与短横线。' },
  kind: { en: 'Kind', zh: '类别' },
  field: { en: 'Field, as it is recorded', zh: '字段（记录后的路径）' },
  event: { en: 'Only for the event', zh: '仅限事件' },
  as: { en: 'Readable as', zh: '可读取为' },
  oneOf: { en: 'One of, with commas between', zh: '取值之一（以逗号分隔）' },
  min: { en: 'From', zh: '最小' },
  max: { en: 'To', zh: '最大' },
  per: { en: 'A value', zh: '每个取值' },
  perCustomer: { en: 'belongs to one customer', zh: '只属于一位客户' },
  perEvent: { en: 'comes once', zh: '只出现一次' },
  is: { en: 'The field', zh: '该字段' },
  other: { en: 'the field', zh: '与字段' },
  value: { en: 'or the value', zh: '或与取值' },
  within: { en: 'Arrives within, minutes', zh: '到达时限（分钟）' },
  silent: { en: 'or is not silent longer than, hours', zh: '或静默不超过（小时）' },
  threshold: { en: 'At least, %', zh: '阈值（%）' },
  weight: { en: 'Weight', zh: '权重' },
  needed: { en: 'Needed', zh: '必填' },
} as const;

export function QualityRules({ source }: { source: number }) {
  const asked = useQualityRules(source);
  return <Answer of={asked}>{(stored) => <Written key={stored.version} source={source} stored={stored} />}</Answer>;
}

type Document = StoredRules['document'];

function Written({ source, stored }: { source: number; stored: StoredRules }) {
  const say = useSay();
  const may = useMay();
  const { message } = App.useApp();
  const client = useQueryClient();
  const maySet = may('quality.rules.set');
  const { document, holding = [] } = stored;
  const put = (body: Document) =>
    unwrap(api.PUT('/api/quality/sources/{id}/rules', { params: { path: { id: source } }, body: { ...body } }));
  const save = useMutation({
    mutationFn: put,
    onSuccess: () => void message.success(say(words.saved)),
    onSettled: () => client.invalidateQueries({ queryKey: qualityKey }),
  });
  const own = new Set(document.rules.map(({ id }) => id));
  const derived = holding.filter(({ id }) => !own.has(id));
  const withRules = (rules: readonly QualityRule[]) => save.mutate({ ...document, rules: [...rules] });
  const set = maySet ? withRules : undefined;
  const byList = (
    <Flex vertical gap={space.medium}>
      <Fault error={save.error} />
      <Card
        size="small"
        title={say(words.own)}
        extra={set && <Edit name={words.add} save={(rule) => set([...document.rules, rule])} />}
      >
        <Own rules={document.rules} {...(set && { set })} />
      </Card>
      <Card
        size="small"
        title={say(words.derived)}
        extra={
          <Space>
            <Text>{say(words.defaults)}</Text>
            <Switch
              aria-label={say(words.derived)}
              checked={document.defaults !== false}
              disabled={!maySet}
              loading={save.isPending}
              onChange={(defaults) => save.mutate({ ...document, defaults })}
            />
          </Space>
        }
      >
        <Typography.Paragraph type="secondary">{say(words.derivedAbout)}</Typography.Paragraph>
        <Table<QualityRule>
          size="small"
          rowKey="id"
          pagination={false}
          showHeader={false}
          dataSource={derived}
          columns={[
            { render: (_, rule) => say(ruleWords(rule)) },
            { width: 120, render: (_, { kind }) => say(qualityKinds[kind]) },
            ...(set
              ? [
                  {
                    width: 110,
                    render: (_: unknown, { id, kind }: QualityRule) => (
                      <Button
                        size="small"
                        type="text"
                        aria-label={`${say(words.off)} ${id}`}
                        onClick={() => set([...document.rules, { id, kind, off: true }])}
                      >
                        {say(words.off)}
                      </Button>
                    ),
                  },
                ]
              : []),
          ]}
        />
      </Card>
    </Flex>
  );
  return (
    <Tabs
      size="small"
      items={[
        { key: 'list', label: say(words.list), children: byList },
        { key: 'document', label: say(words.document), children: <Whole document={document} {...(maySet && { put })} /> },
      ]}
    />
  );
}

function Own({ rules, set }: { rules: readonly QualityRule[]; set?: (rules: readonly QualityRule[]) => void }) {
  const say = useSay();
  const formats = useFormats();
  if (rules.length === 0) return <Text type="secondary">{say(words.none)}</Text>;
  return (
    <Table<QualityRule>
      size="small"
      rowKey="id"
      pagination={false}
      dataSource={[...rules]}
      columns={[
        { title: say(words.id), render: (_, rule) => say(ruleWords(rule)) },
        { title: say(words.kind), width: 120, render: (_, { kind }) => say(qualityKinds[kind]) },
        {
          title: say(words.threshold),
          width: 110,
          render: (_, { threshold = 0.9, off }) =>
            off === true ? <Mark tone="wait">{say(words.isOff)}</Mark> : formats.percent(threshold),
        },
        ...(set
          ? [
              {
                title: '',
                width: 170,
                render: (_: unknown, rule: QualityRule) => (
                  <Space>
                    {rule.off !== true && (
                      <Edit
                        name={words.edit}
                        rule={rule}
                        save={(next) => set(rules.map((one) => (one.id === rule.id ? next : one)))}
                      />
                    )}
                    <Button
                      size="small"
                      type="text"
                      aria-label={`${say(words.remove)} ${rule.id}`}
                      onClick={() => set(rules.filter(({ id }) => id !== rule.id))}
                    >
                      {say(words.remove)}
                    </Button>
                  </Space>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

function Whole({ document, put }: { document: Document; put?: (document: Document) => Promise<unknown> }) {
  const say = useSay();
  const [text, setText] = useState(() => written(document));
  const read = readJson(text);
  const changed = text !== written(document);
  return (
    <Flex vertical gap={space.small}>
      <JsonEdit text={text} change={setText} label={say(words.document)} rows={22} readOnly={put === undefined} />
      {put && (
        <Space>
          <Act
            type="primary"
            name={words.save}
            about={words.saveAbout}
            done={words.saved}
            disabled={!changed || !('document' in read)}
            refresh={[qualityKey]}
            act={() => put(('document' in read ? read.document : document) as Document)}
          />
          <Button disabled={!changed} onClick={() => setText(written(document))}>
            {say(words.undone)}
          </Button>
        </Space>
      )}
    </Flex>
  );
}

function Edit({ name, rule, save }: { name: { en: string; zh: string }; rule?: QualityRule; save: (rule: QualityRule) => void }) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {say(name)}
      </Button>
      <Modal open={open} title={say(name)} footer={null} onCancel={() => setOpen(false)} destroyOnHidden>
        <RuleFields
          initial={toForm(rule)}
          isNew={rule === undefined}
          save={(form) => {
            save(fromForm(form));
            setOpen(false);
          }}
        />
      </Modal>
    </>
  );
}

function RuleFields({ initial, isNew, save }: { initial: RuleForm; isNew: boolean; save: (form: RuleForm) => void }) {
  const say = useSay();
  const [form] = Form.useForm<RuleForm>();
  const kind = Form.useWatch('kind', form) ?? initial.kind;
  const needed = { required: true, message: say(words.needed) };
  return (
    <Form<RuleForm> form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={save}>
      <Form.Item
        name="id"
        label={say(words.id)}
        extra={say(words.idHint)}
        rules={[needed, { pattern: /^[a-z0-9][a-z0-9_.-]{0,63}$/, message: say(words.idHint) }]}
      >
        <Input disabled={!isNew} autoFocus={isNew} />
      </Form.Item>
      <Form.Item name="kind" label={say(words.kind)}>
        <Select options={Object.entries(qualityKinds).map(([value, label]) => ({ value, label: say(label) }))} />
      </Form.Item>
      {kind !== 'timeliness' && (
        <Form.Item
          name="field"
          label={say(words.field)}
          rules={kind === 'completeness' || kind === 'consistency' ? [needed] : []}
        >
          <Input placeholder="traits.phone" spellCheck={false} />
        </Form.Item>
      )}
      {kind === 'validity' && (
        <>
          <Form.Item name="as" label={say(words.as)}>
            <Select
              allowClear
              options={Object.entries(normaliserWords).map(([value, label]) => ({ value, label: say(label) }))}
            />
          </Form.Item>
          <Form.Item name="oneOf" label={say(words.oneOf)}>
            <Input />
          </Form.Item>
          <Space>
            <Form.Item name="min" label={say(words.min)}>
              <InputNumber />
            </Form.Item>
            <Form.Item name="max" label={say(words.max)}>
              <InputNumber />
            </Form.Item>
          </Space>
        </>
      )}
      {kind === 'uniqueness' && (
        <Form.Item name="per" label={say(words.per)}>
          <Select
            options={[
              { value: 'customer', label: say(words.perCustomer) },
              { value: 'event', label: say(words.perEvent) },
            ]}
          />
        </Form.Item>
      )}
      {kind === 'consistency' && (
        <>
          <Form.Item name="is" label={say(words.is)} rules={[needed]}>
            <Select options={Object.entries(comparisonWords).map(([value, label]) => ({ value, label: say(label) }))} />
          </Form.Item>
          <Form.Item name="other" label={say(words.other)}>
            <Input placeholder="properties.total" spellCheck={false} />
          </Form.Item>
          <Form.Item name="value" label={say(words.value)}>
            <Input />
          </Form.Item>
        </>
      )}
      {kind === 'timeliness' && (
        <Space>
          <Form.Item name="withinMinutes" label={say(words.within)}>
            <InputNumber min={1} />
          </Form.Item>
          <Form.Item name="silentHours" label={say(words.silent)}>
            <InputNumber min={1} max={2160} precision={0} />
          </Form.Item>
        </Space>
      )}
      <Form.Item name="event" label={say(words.event)}>
        <Input placeholder="Order Completed" spellCheck={false} />
      </Form.Item>
      <Space>
        <Form.Item name="thresholdPercent" label={say(words.threshold)}>
          <InputNumber min={0} max={100} />
        </Form.Item>
        <Form.Item name="weight" label={say(words.weight)}>
          <InputNumber min={0.1} max={100} />
        </Form.Item>
      </Space>
      <div>
        <Button type="primary" htmlType="submit">
          {say(words.save)}
        </Button>
      </div>
    </Form>
  );
}
