// The rules by which identifiers join records, and by which one value of several is shown, as the configuration of the node declares them.

import { Card, Flex } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay, type Words } from '../../words/words.ts';
import { fieldWords, ruleWords } from '../customers/field-words.ts';

const words = {
  title: { en: 'Rules of identity', zh: '识别规则' },
  about: {
    en: 'As the configuration of the node says; a change of it rebuilds the index in the background.',
    zh: '由节点配置决定；更改后在后台重建索引。',
  },
  kinds: { en: 'Kinds of identifier', zh: '标识类型' },
  kind: { en: 'Kind', zh: '类型' },
  joins: { en: 'Joins records', zh: '关联记录' },
  unique: { en: 'Unique to a person', zh: '一人一值' },
  people: { en: 'People a value may join', zh: '一值可关联人数' },
  kindsHelp: {
    en: 'A kind that joins makes records with the same value one customer. A value may join so many known customers of one source; with more than that it is shared, and joins nobody.',
    zh: '可关联的标识类型会使取值相同的记录成为同一客户。一个取值在同一来源内可关联的已知客户数有上限，超过即视为共用，不再关联任何人。',
  },
  perSource: { en: 'Each source apart', zh: '按来源区分' },
  household: { en: 'Tells a household', zh: '标示同住家庭' },
  form: { en: 'Compared as', zh: '比较形式' },
  placeholders: { en: 'Known placeholders', zh: '已知占位值' },
  yes: { en: '✓ yes', zh: '✓ 是' },
  no: { en: '✕ no', zh: '✕ 否' },
  none: { en: 'No kind is declared', zh: '未声明任何类型' },
  survivorship: { en: 'Which value is shown', zh: '取值规则' },
  survivorshipHelp: {
    en: 'Asked one after the other until one of them tells the values apart.',
    zh: '依次应用，直至能区分各取值。',
  },
  trait: { en: 'Field', zh: '字段' },
  criteria: { en: 'Criteria in order', zh: '依次采用' },
  sources: { en: 'Sources in order', zh: '来源优先顺序' },
  anyField: { en: 'every other field', zh: '其余字段' },
  standard: { en: 'Set by hand, then the most recent, for every field.', zh: '所有字段：人工设定优先，其次取最新。' },
  region: { en: 'Numbers without a country code are read as of {region}.', zh: '无国家代码的号码按 {region} 解析。' },
} as const;

const forms = {
  e164: { en: 'full number with country code', zh: '含国家代码的完整号码' },
  mail: { en: 'lower case', zh: '小写' },
  document: { en: 'eighteen characters', zh: '十八位' },
  card: { en: 'capitals, no spaces or dashes', zh: '大写，去除空格与连字符' },
  as_given: { en: 'as given', zh: '原样' },
} as const satisfies { readonly [form: string]: Words };

export default function Rules() {
  const say = useSay();
  const formats = useFormats();
  const asked = useQuery({
    queryKey: ['identity', 'rules'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/identity/rules', { signal })),
    staleTime: 60_000,
  });
  const yesOrNo = (value: boolean) => <Mark tone={value ? 'good' : undefined}>{say(value ? words.yes : words.no)}</Mark>;
  return (
    <Page title={words.title} about={words.about}>
      <Answer of={asked} rows={8}>
        {({ kinds, survivorship, region }) => (
          <Flex vertical gap={space.medium}>
            <Card
              size="small"
              title={
                <>
                  {say(words.kinds)} <Help about={words.kindsHelp} />
                </>
              }
            >
              <Rows
                none={words.none}
                rowKey="kind"
                dataSource={kinds}
                columns={[
                  { title: say(words.kind), render: (_, { kind }) => say(fieldWords(kind)) },
                  { title: say(words.joins), render: (_, { joins }) => yesOrNo(joins) },
                  { title: say(words.unique), render: (_, { unique }) => yesOrNo(unique) },
                  {
                    title: say(words.people),
                    align: 'right',
                    render: (_, { maxPeople }) => formats.number(maxPeople),
                  },
                  { title: say(words.perSource), render: (_, { perSource }) => yesOrNo(perSource) },
                  { title: say(words.household), render: (_, { household }) => yesOrNo(household) },
                  { title: say(words.form), render: (_, { form }) => say(forms[form]) },
                  {
                    title: say(words.placeholders),
                    align: 'right',
                    render: (_, { placeholders }) => formats.number(placeholders),
                  },
                ]}
              />
              {region !== undefined && <Text type="secondary">{say(words.region, { region })}</Text>}
            </Card>
            <Card
              size="small"
              title={
                <>
                  {say(words.survivorship)} <Help about={words.survivorshipHelp} />
                </>
              }
            >
              {survivorship.length === 0 ? (
                <Text type="secondary">{say(words.standard)}</Text>
              ) : (
                <Rows
                  none={words.none}
                  rowKey="trait"
                  dataSource={survivorship}
                  columns={[
                    {
                      title: say(words.trait),
                      render: (_, { trait }) => say(trait === '*' ? words.anyField : fieldWords(trait)),
                    },
                    {
                      title: say(words.criteria),
                      render: (_, { criteria }) => criteria.map((one) => say(ruleWords(one))).join(' → '),
                    },
                    { title: say(words.sources), render: (_, { sources = [] }) => sources.join(' → ') },
                  ]}
                />
              )}
            </Card>
          </Flex>
        )}
      </Answer>
    </Page>
  );
}
