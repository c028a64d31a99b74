// Customers by how recently and how often they bought, five by five, with what they spent; and each field, as well as each of the ten groups that
// marketing knows, a step away from being a segment.

import { Button, Card, Descriptions, Flex, theme } from 'antd';
import { useContext } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { palettes, space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Help } from '../../parts/help.tsx';
import { Page } from '../../parts/page.tsx';
import { usePurpose } from '../../parts/purpose.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { useMay } from '../../parts/session.ts';
import { ModeContext } from '../../parts/settings.ts';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import { Preview } from './preview.tsx';
import { readRule } from './rule.ts';
import { useRead } from './segment-api.ts';
import { Sentence } from './sentence.tsx';
import { Working, workKey } from './working.tsx';

const words = {
  title: { en: 'RFM grid', zh: 'RFM 网格' },
  about: { en: 'How recently and how often customers bought, and for how much.', zh: '客户最近一次购买、购买频次与消费金额。' },
  working: { en: 'Scoring everybody who may be looked at for this purpose', zh: '正在为可用于该用途的客户评分' },
  help: {
    en: 'Customers are scored 1 to 5 by fifths: recency down, frequency across. Those with the same value have the same score. Choose a field to see who is in it.',
    zh: '按五等分打 1 到 5 分：纵向为最近购买，横向为频次；数值相同则分数相同。选择一格即可查看其中的客户。',
  },
  show: { en: 'Fields show', zh: '格内显示' },
  customers: { en: 'Customers', zh: '客户数' },
  spend: { en: 'Spend', zh: '消费' },
  recency: { en: 'Recency (days)', zh: '最近购买（天前）' },
  frequency: { en: 'Frequency (orders)', zh: '频次（订单数）' },
  grid: { en: 'Customers by recency and frequency', zh: '按最近购买与频次划分的客户' },
  field: {
    en: 'Recency {r}, frequency {f}: {n} customers, spend {spend}',
    zh: '最近购买 {r} 分、频次 {f} 分：{n} 位客户，消费 {spend}',
  },
  share: { en: 'Of all buyers', zh: '占全部购买者' },
  spendShare: { en: 'Of all spend', zh: '占全部消费' },
  each: { en: 'Spend each', zh: '人均消费' },
  make: { en: 'Make a segment of it', zh: '以此建立人群' },
  choose: { en: 'Choose a field to see who is in it.', zh: '选择一格，查看其中的客户。' },
  counted: {
    en: '{n} customers have bought; {never} have not and have no scores.',
    zh: '{n} 位客户有过购买；{never} 位未购买，不参与评分。',
  },
  nobody: { en: 'Nobody whose data may be used for this purpose has bought yet', zh: '可用于该用途的客户尚无购买记录' },
  groups: { en: 'The ten groups', zh: '十类客户' },
  group: { en: 'Group', zh: '类别' },
  days: { en: 'Days since', zh: '距今天数' },
  orders: { en: 'Orders', zh: '订单数' },
  money: { en: 'Spend each', zh: '人均消费' },
  advice: { en: 'What to do', zh: '建议' },
  name: { en: 'RFM {r}-{f}', zh: 'RFM {r}-{f}' },
} as const;

const readRfm = (signal: AbortSignal) => unwrap(api.GET('/api/segments/rfm', { signal }));
type Grid = Awaited<ReturnType<typeof readRfm>>;
type Field = Grid['fields'][number];

export default function Rfm() {
  const asked = useQuery({
    queryKey: [...workKey, 'rfm'],
    queryFn: ({ signal }) => readRfm(signal),
    staleTime: 300_000,
    retry: false,
  });
  return (
    <Page title={words.title} about={words.about}>
      <Working of={asked} what={words.working}>
        {(grid) => <Whole grid={grid} />}
      </Working>
    </Page>
  );
}

function Whole({ grid }: { grid: Grid }) {
  const say = useSay();
  const [search, setSearch] = useSearchParams();
  const by = search.get('by') === 'spend' ? 'spend' : 'customers';
  const chosen = grid.fields.find(({ recency, frequency }) => search.get('field') === `${recency}-${frequency}`);
  const put = (more: { [name: string]: string }) =>
    setSearch((before) => ({ ...Object.fromEntries(before), ...more }), { replace: true });
  if (grid.customers === 0) return <Text>{say(words.nobody)}</Text>;
  return (
    <Flex vertical gap={space.medium}>
      <Flex gap={space.medium} wrap align="start">
        <Card
          size="small"
          style={{ flex: '1 1 480px', minWidth: 0 }}
          title={
            <>
              {say(words.grid)} <Help about={words.help} />
            </>
          }
          extra={
            <Segmented<'customers' | 'spend'>
              aria-label={say(words.show)}
              value={by}
              onChange={(next) => put({ by: next })}
              options={[
                { value: 'customers', label: say(words.customers) },
                { value: 'spend', label: say(words.spend) },
              ]}
            />
          }
        >
          <Fields
            grid={grid}
            by={by}
            chosen={chosen}
            choose={({ recency, frequency }) => put({ field: `${recency}-${frequency}` })}
          />
          <Text type="secondary">{say(words.counted, { n: grid.customers, never: grid.leftOut })}</Text>
        </Card>
        <div style={{ flex: '1 1 320px', minWidth: 280 }}>
          {chosen ? (
            <Chosen key={`${chosen.recency}-${chosen.frequency}`} field={chosen} />
          ) : (
            <Card size="small">
              <Text type="secondary">{say(words.choose)}</Text>
            </Card>
          )}
        </div>
      </Flex>
      <Groups grid={grid} />
    </Flex>
  );
}

/** Of a score, what it means: days from the last order, or orders. */
function rangeOf(bounds: readonly (number | null)[], score: number, reversed: boolean): string {
  const part = reversed ? 5 - score : score - 1;
  const from = part === 0 ? undefined : bounds[part - 1];
  const to = bounds[part];
  if (from === null) return '–';
  if (from === undefined) return to === null || to === undefined ? '' : `< ${to}`;
  return to === null || to === undefined ? `≥ ${from}` : to === from ? '–' : `${from}–${Math.max(to - 1, from)}`;
}

/** Real buttons, so that the keyboard walks them; how dark one is goes with the number in it. */
function Fields({
  grid,
  by,
  chosen,
  choose,
}: {
  grid: Grid;
  by: 'customers' | 'spend';
  chosen: Field | undefined;
  choose(field: Field): void;
}) {
  const say = useSay();
  const formats = useFormats();
  const { dark } = useContext(ModeContext);
  const { token } = theme.useToken();
  const palette = palettes[dark ? 'dark' : 'light'];
  const most = Math.max(...grid.fields.map((field) => field[by]), 1);
  const scores = [5, 4, 3, 2, 1];
  const head = { color: palette.text, fontSize: 12, fontWeight: 400, padding: space.hair } as const;
  return (
    <table
      aria-label={say(words.grid)}
      style={{ width: '100%', tableLayout: 'fixed', borderSpacing: space.hair, borderCollapse: 'separate' }}
    >
      <thead>
        <tr>
          <th scope="col" style={{ ...head, width: 132, textAlign: 'start' }}>
            {say(words.recency)} ↓<br />
            {say(words.frequency)} →
          </th>
          {scores.toReversed().map((frequency) => (
            <th key={frequency} scope="col" style={head}>
              {frequency}
              <br />
              {rangeOf(grid.bounds.frequency, frequency, false)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {scores.map((recency) => (
          <tr key={recency}>
            <th scope="row" style={{ ...head, textAlign: 'start' }}>
              {recency}
              <br />
              {rangeOf(grid.bounds.recencyDays, recency, true)}
            </th>
            {scores.toReversed().map((frequency) => {
              const field = grid.fields.find((one) => one.recency === recency && one.frequency === frequency)!;
              const depth = Math.round((field[by] / most) * 45);
              return (
                <td key={frequency} style={{ padding: 0 }}>
                  <Button
                    block
                    disabled={field.customers === 0}
                    aria-pressed={field === chosen}
                    aria-label={say(words.field, {
                      r: recency,
                      f: frequency,
                      n: field.customers,
                      spend: Math.round(field.spend),
                    })}
                    title={say(words.field, { r: recency, f: frequency, n: field.customers, spend: Math.round(field.spend) })}
                    onClick={() => choose(field)}
                    style={{
                      height: 52,
                      padding: 2,
                      color: field.customers === 0 ? palette.text : palette.strong,
                      background: `color-mix(in srgb, ${palette.series[0]} ${depth}%, ${palette.ground})`,
                      ...(field === chosen && { outline: `2px solid ${token.colorPrimary}`, outlineOffset: 1 }),
                    }}
                  >
                    {formats.number(Math.round(field[by]))}
                  </Button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Chosen({ field }: { field: Field }) {
  const say = useSay();
  const formats = useFormats();
  const may = useMay();
  const { purpose } = usePurpose();
  const [, go] = useLocation();
  const rule = { when: readRule(field.when) };
  const read = useRead(rule);
  const { recency: r, frequency: f } = field;
  return (
    <Flex vertical gap={space.medium}>
      <Card size="small" title={say(words.name, { r, f })}>
        <Sentence text={read.data?.text} />
        <Descriptions
          size="small"
          column={1}
          style={{ marginTop: space.small }}
          items={[
            { key: 'share', label: say(words.share), children: formats.percent(field.share) },
            { key: 'spend', label: say(words.spendShare), children: formats.percent(field.spendShare) },
            {
              key: 'each',
              label: say(words.each),
              children: formats.number(Math.round(field.customers === 0 ? 0 : field.spend / field.customers)),
            },
          ]}
        />
        {may('segment.add') && (
          <Button
            type="primary"
            onClick={() => go('/segments/new', { state: { when: field.when, name: say(words.name, { r, f }) } })}
          >
            {say(words.make)}
          </Button>
        )}
      </Card>
      {purpose !== '' && may('segment.preview') && <Preview rule={rule} purpose={purpose} />}
    </Flex>
  );
}

function Groups({ grid }: { grid: Grid }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  return (
    <Card size="small" title={say(words.groups)}>
      <Rows<Grid['groups'][number]>
        none={words.nobody}
        rowKey="code"
        scroll={{}}
        dataSource={grid.groups}
        columns={[
          { title: say(words.group), render: (_, { name }) => name[language] },
          {
            title: say(words.customers),
            align: 'right',
            sorter: (a, b) => a.customers - b.customers,
            render: (_, { customers }) => formats.number(customers),
          },
          { title: say(words.share), align: 'right', render: (_, { share }) => formats.percent(share) },
          { title: say(words.days), align: 'right', render: (_, { recencyDays }) => formats.number(Math.round(recencyDays)) },
          {
            title: say(words.orders),
            align: 'right',
            render: (_, { frequency }) => formats.number(Math.round(frequency * 10) / 10),
          },
          { title: say(words.money), align: 'right', render: (_, { monetary }) => formats.number(Math.round(monetary)) },
          {
            title: say(words.spendShare),
            align: 'right',
            sorter: (a, b) => a.spendShare - b.spendShare,
            render: (_, { spendShare }) => formats.percent(spendShare),
          },
          { title: say(words.advice), render: (_, { advice }) => advice[language] },
        ]}
      />
    </Card>
  );
}
