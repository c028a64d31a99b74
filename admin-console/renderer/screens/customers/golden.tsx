// The golden record: each value with where it comes from, on hover, on focus and by a click, what lost against it and why; a value put right by hand;
// a masked one looked at for a reason.

import { EditOutlined, InfoCircleOutlined } from '@ant-design/icons';
import { Button, Card, Descriptions, Flex, Form, Input, Popover, Select, Table, Typography } from 'antd';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { Help } from '../../parts/help.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { valueText } from '../../words/values.ts';
import { useLanguage, useSay } from '../../words/words.ts';
import { fieldWords, ruleWords, sourceWords } from './field-words.ts';
import { customerKey, type Golden, isMasked, type Profile, shown } from './profile.ts';
import { Unmask } from './unmask.tsx';

const words = {
  golden: { en: 'Golden record', zh: '黄金记录' },
  help: {
    en: 'One value for each field, chosen by the rules of survivorship from what all records say. Point at a value, or reach it with the tab key, to see where it comes from and what was not chosen.',
    zh: '每个字段按取舍规则从各条记录中选定一个值。将指针移到某个值上，或用制表键聚焦，即可查看其来源及未被采用的值。',
  },
  none: { en: 'No source has said who this is.', zh: '尚无来源提供身份资料。' },
  source: { en: 'Source', zh: '来源' },
  rule: { en: 'Chosen as', zh: '选定规则' },
  when: { en: 'Said', zh: '时间' },
  others: { en: 'Not chosen', zh: '未被采用' },
  value: { en: 'Value', zh: '取值' },
  lost: { en: 'Lost to', zh: '未采用原因' },
  alone: { en: 'No source says anything else.', zh: '其他来源没有不同取值。' },
  record: { en: 'record {id}', zh: '记录 {id}' },
  lineage: { en: 'Where {field} comes from', zh: '{field}的来源' },
  trail: { en: 'Lineage of this field', zh: '查看字段血缘' },
  edit: { en: 'Put a value right', zh: '更正资料' },
  editAbout: {
    en: 'A value set by hand wins over what sources say. An empty one takes back what was set.',
    zh: '人工设定的值优先于各来源；留空则撤回此前的设定。',
  },
  field: { en: 'Field', zh: '字段' },
  next: { en: 'New value', zh: '新值' },
  needed: { en: 'Needed', zh: '必填' },
} as const;

export function GoldenCard({ profile }: { profile: Profile }) {
  const say = useSay();
  const may = useMay();
  const traits = Object.entries(profile.traits).sort(([one], [two]) => placeOf(one) - placeOf(two));
  return (
    <Card
      size="small"
      title={
        <>
          {say(words.golden)} <Help about={words.help} />
        </>
      }
      extra={may('traits.set') && <Correct profile={profile} />}
    >
      {traits.length === 0 && <Text type="secondary">{say(words.none)}</Text>}
      <Descriptions
        column={1}
        size="small"
        items={traits.map(([name, golden]) => ({
          key: name,
          label: say(fieldWords(name)),
          children: <Value name={name} golden={golden} profile={profile} />,
        }))}
      />
    </Card>
  );
}

function Value({ name, golden, profile }: { name: string; golden: Golden; profile: Profile }) {
  const say = useSay();
  const may = useMay();
  const language = useLanguage();
  const title = say(words.lineage, { field: say(fieldWords(name)) });
  return (
    <Flex gap={space.hair} align="start">
      <Popover title={title} content={<Lineage name={name} golden={golden} />} trigger={['hover', 'focus', 'click']}>
        <Button
          type="text"
          size="small"
          className="hf-break"
          style={{ height: 'auto', whiteSpace: 'normal', textAlign: 'start' }}
        >
          {valueText(name, golden.value, language)}
          {(golden.others?.length ?? 0) > 0 && <InfoCircleOutlined aria-hidden="true" />}
        </Button>
      </Popover>
      {isMasked(golden.value) && may('profile.unmask') && <Unmask id={profile.id} field={name} />}
    </Flex>
  );
}

function Lineage({ name, golden: { source, recordId, decidedBy, observedAtMs, others = [] } }: { name: string; golden: Golden }) {
  const say = useSay();
  const may = useMay();
  const language = useLanguage();
  return (
    <Flex vertical gap={space.small} style={{ maxWidth: 480 }}>
      <Descriptions
        column={1}
        size="small"
        items={[
          {
            key: 'source',
            label: say(words.source),
            children: `${say(sourceWords(source))} · ${say(words.record, { id: String(recordId) })}`,
          },
          { key: 'rule', label: say(words.rule), children: say(ruleWords(decidedBy)) },
          { key: 'when', label: say(words.when), children: <When atMs={observedAtMs} /> },
        ]}
      />
      {others.length === 0 ? (
        <Text type="secondary">{say(words.alone)}</Text>
      ) : (
        <Table
          size="small"
          pagination={false}
          rowKey={(other) => `${other.recordId} ${other.observedAtMs} ${shown(other.value)}`}
          dataSource={others}
          columns={[
            {
              title: say(words.others),
              render: (_, other) => (
                <Typography.Text delete className="hf-break">
                  {valueText(name, other.value, language)}
                </Typography.Text>
              ),
            },
            { title: say(words.source), render: (_, other) => say(sourceWords(other.source)) },
            { title: say(words.lost), render: (_, { lostBy }) => say(ruleWords(lostBy)) },
            { title: say(words.when), render: (_, other) => <When atMs={other.observedAtMs} /> },
          ]}
        />
      )}
      {may('catalogue.lineage') && <Link href={to('/lineage/:trait', { trait: name })}>{say(words.trail)}</Link>}
    </Flex>
  );
}

/** What tells who somebody is comes first, the rest as the node has it. */
const placeOf = (name: string): number => {
  const place = ['name', 'lastName', 'firstName', 'phone', 'email'].indexOf(name);
  return place < 0 ? Number.MAX_SAFE_INTEGER : place;
};

/** Fields that every customer may have, whether a source named them or not. */
const usual = ['name', 'phone', 'email', 'birthday', 'gender', 'address', 'city'] as const;

function Correct({ profile }: { profile: Profile }) {
  const say = useSay();
  const names = [...new Set([...Object.keys(profile.traits), ...usual])];
  return (
    <Act<{ field: string; value?: string; reason: string }>
      type="text"
      size="small"
      icon={<EditOutlined />}
      name={words.edit}
      about={words.editAbout}
      reason
      fields={
        <>
          <Form.Item name="field" label={say(words.field)} rules={[{ required: true, message: say(words.needed) }]}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              options={names.map((name) => ({ value: name, label: say(fieldWords(name)) }))}
            />
          </Form.Item>
          <Form.Item name="value" label={say(words.next)}>
            <Input maxLength={500} autoComplete="off" />
          </Form.Item>
        </>
      }
      refresh={[customerKey(profile.id)]}
      act={({ field, value = '', reason }) =>
        unwrap(
          api.PUT('/api/profiles/{id}/traits', {
            params: { path: { id: profile.id } },
            body: { traits: { [field]: value.trim() === '' ? null : value.trim() }, reason },
          }),
        )
      }
    />
  );
}
