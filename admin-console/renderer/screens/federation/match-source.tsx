// What this side brings into a match: its customers, a segment of them, or a file. Fields of a form, and what they make for the node.

import { Flex, Form, Input, InputNumber, Radio, Select, Space } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { usePurposes } from '../../parts/purpose-names.ts';
import { useMay } from '../../parts/session.ts';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import { BringFile } from './bring-file.tsx';
import { useMatchFiles } from './match-files.tsx';

const words = {
  bring: { en: 'We bring', zh: '本方提供' },
  customers: { en: 'All our customers whose consent covers it', zh: '同意范围涵盖该目的的全部客户' },
  segment: { en: 'A segment of them', zh: '其中一个人群' },
  file: { en: 'A file', zh: '文件' },
  which: { en: 'Segment', zh: '人群' },
  whichFile: { en: 'File', zh: '文件' },
  needed: { en: 'Needed', zh: '必填' },
  purpose: { en: 'Purpose that our customers agreed to', zh: '本方客户所同意的目的' },
  purposeAbout: {
    en: 'Only where ours is called differently from the terms’ purpose.',
    zh: '仅当本方目的名称与条款不同时填写。',
  },
  trait: { en: 'Trait that is summed up', zh: '求和的属性' },
  traitAbout: { en: 'Only for sums, at the responder', zh: '仅用于求和方式的响应方' },
  decimals: { en: 'Decimals', zh: '小数位' },
  rows: { en: '{name}, {rows} rows', zh: '{name}，{rows} 行' },
} as const;

export type SourceFields = {
  from?: 'customers' | 'segment' | 'file';
  segment?: number;
  file?: string;
  sourcePurpose?: string;
  trait?: string;
  decimals?: number;
};

/** As the node takes it. */
export function sourceOf({ from = 'customers', segment, file, sourcePurpose, trait, decimals }: SourceFields): object {
  if (from === 'file') return { from, file };
  return {
    from: 'customers',
    ...(from === 'segment' && { segment }),
    ...(sourcePurpose && { purpose: sourcePurpose }),
    ...(trait?.trim() && { sum: { trait: trait.trim(), decimals: decimals ?? 0 } }),
  };
}

/** @param summed whether this side's values are added up */
export function MatchSource({ summed }: { summed: boolean }) {
  const say = useSay();
  const may = useMay();
  const language = useLanguage();
  const formats = useFormats();
  const form = Form.useFormInstance<SourceFields>();
  const from = Form.useWatch('from', form) ?? 'customers';
  const purposes = usePurposes();
  const files = useMatchFiles(may('match.file.list'));
  const segments = useQuery({
    queryKey: ['segments'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/segments', { signal })),
    enabled: may('segment.list') && from === 'segment',
  });
  const free = (files.data ?? []).filter(({ match, state }) => match === undefined && (state ?? 'ready') === 'ready');
  const required = [{ required: true, message: say(words.needed) }];
  return (
    <>
      <Form.Item name="from" label={say(words.bring)} initialValue="customers">
        <Radio.Group>
          <Space orientation="vertical">
            <Radio value="customers">{say(words.customers)}</Radio>
            {may('segment.list') && <Radio value="segment">{say(words.segment)}</Radio>}
            {may('match.file.list') && <Radio value="file">{say(words.file)}</Radio>}
          </Space>
        </Radio.Group>
      </Form.Item>
      {from === 'segment' && (
        <Form.Item name="segment" label={say(words.which)} rules={required}>
          <Select
            loading={segments.isPending}
            showSearch={{ optionFilterProp: 'label' }}
            options={(segments.data?.segments ?? []).map(({ id, name, label }) => ({
              value: id,
              label: label?.[language] || name,
            }))}
          />
        </Form.Item>
      )}
      {from === 'file' && (
        <Flex gap={space.small} align="end">
          <Form.Item name="file" label={say(words.whichFile)} rules={required} style={{ flex: 1 }}>
            <Select
              loading={files.isPending}
              options={free.map(({ id, name, taken }) => ({
                value: id,
                label: say(words.rows, { name: name || id.slice(0, 8), rows: formats.number(taken) }),
              }))}
            />
          </Form.Item>
          {may('match.file.add') && (
            <Form.Item>
              <BringFile onTaken={({ id }) => form.setFieldValue('file', id)} />
            </Form.Item>
          )}
        </Flex>
      )}
      {from !== 'file' && (
        <Form.Item name="sourcePurpose" label={say(words.purpose)} extra={say(words.purposeAbout)}>
          <Select
            allowClear
            options={purposes.map(({ purpose, name }) => ({
              value: purpose,
              label: name[language],
            }))}
          />
        </Form.Item>
      )}
      {summed && from !== 'file' && (
        <Flex gap={space.medium}>
          <Form.Item name="trait" label={say(words.trait)} extra={say(words.traitAbout)} style={{ flex: 1 }} rules={required}>
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item name="decimals" label={say(words.decimals)}>
            <InputNumber min={0} max={6} precision={0} />
          </Form.Item>
        </Flex>
      )}
    </>
  );
}
