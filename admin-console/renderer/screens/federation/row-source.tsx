// Where this side's rows for a round come from: its own customers, or a file that was brought. Fields of a form, what they make for the node, and what
// a dry run on them counted.

import { Alert, Flex, Form, Radio, Select, Space } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { usePurposes } from '../../parts/purpose-names.ts';
import { useMay } from '../../parts/session.ts';
import { Text } from '../../parts/text.tsx';
import { plural, useFormats, useLanguage, useSay } from '../../words/words.ts';
import { keys } from './shared.ts';

const words = {
  rows: { en: 'Our rows', zh: '本方数据行' },
  customers: { en: 'Own customers whose consent covers it', zh: '同意范围涵盖的本方客户' },
  file: { en: 'A file', zh: '文件' },
  which: { en: 'File', zh: '文件' },
  needed: { en: 'Needed', zh: '必填' },
  purpose: { en: 'Whose consent counts', zh: '数据使用目的' },
  purposeAbout: { en: 'Empty: that of the question.', zh: '留空则采用该问题的目的。' },
  counted: { en: '{rows} rows, {positives} of them yes', zh: '共 {rows} 行，其中“是” {positives} 行' },
  ofPersons: {
    en: '{rows} rows of {persons} customers, {positives} of them yes',
    zh: '{persons} 位客户共 {rows} 行，其中“是” {positives} 行',
  },
  missing: { en: 'Most missing', zh: '缺失最多' },
  beyond: { en: 'Beyond the limit, and cut to it', zh: '超出上限，按上限计' },
  nothing: { en: 'Nothing has left this node.', zh: '未向外发送任何数据。' },
  fileRows: { en: '{name}, {rows} row', zh: '{name}，{rows} 行' },
  fileRowsMany: { en: '{name}, {rows} rows', zh: '{name}，{rows} 行' },
} as const;

export type RowFields = { rows?: 'customers' | 'file'; file?: string; rowPurpose?: string };
export type RowSource = { from: 'customers' | 'file'; purpose?: string; file?: string };

export const rowsOf = ({ rows = 'customers', file, rowPurpose }: RowFields): RowSource =>
  rows === 'file'
    ? { from: 'file', ...(file !== undefined && { file }) }
    : { from: 'customers', ...(rowPurpose && { purpose: rowPurpose }) };

const readFiles = async () => (await unwrap(api.GET('/api/rounds/files'))).files;
export const useRoundFiles = (enabled: boolean) => useQuery({ queryKey: keys.roundFiles, queryFn: readFiles, enabled });

export function RowSourceFields({ files: allowed = true }: { files?: boolean }) {
  const say = useSay();
  const may = useMay();
  const language = useLanguage();
  const purposes = usePurposes();
  const form = Form.useFormInstance<RowFields>();
  const rows = Form.useWatch('rows', form) ?? 'customers';
  const files = useRoundFiles(may('round.file.list'));
  return (
    <>
      <Form.Item name="rows" label={say(words.rows)} initialValue="customers" hidden={!allowed}>
        <Radio.Group>
          <Space orientation="vertical">
            <Radio value="customers">{say(words.customers)}</Radio>
            {may('round.file.list') && <Radio value="file">{say(words.file)}</Radio>}
          </Space>
        </Radio.Group>
      </Form.Item>
      {rows === 'file' ? (
        <Form.Item name="file" label={say(words.which)} rules={[{ required: true, message: say(words.needed) }]}>
          <Select
            loading={files.isPending}
            options={(files.data ?? []).map(({ name, taken }) => ({
              value: name,
              label: say(plural(taken, words.fileRows, words.fileRowsMany), { name, rows: taken }),
            }))}
          />
        </Form.Item>
      ) : (
        <Form.Item name="rowPurpose" label={say(words.purpose)} extra={say(words.purposeAbout)}>
          <Select
            allowClear
            options={purposes.map(({ purpose, name }) => ({
              value: purpose,
              label: name[language],
            }))}
          />
        </Form.Item>
      )}
    </>
  );
}

export type DryRun = {
  readonly rows: number;
  readonly positives: number;
  readonly persons?: number | undefined;
  readonly missing?: { readonly [feature: string]: number } | undefined;
  readonly beyond?: { readonly [feature: string]: number } | undefined;
};

export function DryRunShown({ of: { rows, positives, persons, missing = {}, beyond = {} } }: { of: DryRun }) {
  const say = useSay();
  const counted =
    persons === undefined ? say(words.counted, { rows, positives }) : say(words.ofPersons, { rows, positives, persons });
  return (
    <Alert
      role="status"
      type="success"
      showIcon
      title={counted}
      description={
        <Flex vertical gap={space.hair}>
          <Shares title={say(words.missing)} of={missing} />
          <Shares title={say(words.beyond)} of={beyond} />
          <Text type="secondary">{say(words.nothing)}</Text>
        </Flex>
      }
    />
  );
}

const shownShares = 8;

/** Of a category every level is a feature, and misses the same rows. */
function Shares({ title, of }: { title: string; of: { readonly [feature: string]: number } }) {
  const say = useSay();
  const formats = useFormats();
  const columns = new Map(Object.entries(of).map(([feature, share]) => [feature.split(' = ')[0]!, share]));
  const most = [...columns].filter(([, share]) => share > 0).sort((a, b) => b[1] - a[1]);
  if (most.length === 0) return null;
  return (
    <span className="hf-break">
      {title}
      {say({ en: ': ', zh: '：' })}
      {most
        .slice(0, shownShares)
        .map(([feature, share]) => `${feature} ${formats.percent(share)}`)
        .join(say({ en: ', ', zh: '，' }))}
    </span>
  );
}
