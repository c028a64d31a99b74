// The first step of an import: which source it belongs to, which file, and how the file is read where that was found wrongly.

import { InboxOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, Card, Flex, Form, Select, Switch, Upload } from 'antd';
import { useEffect, useRef } from 'react';
import { space } from '../../design/design.ts';
import { Nothing } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay, type Words } from '../../words/words.ts';
import type { ImportSource } from './import.tsx';
import { FileReading } from './import-reader.ts';
import { type Choice, encodings, type ReadingFault, type Shape, Unreadable } from './import-reading.ts';
import { Sample } from './import-sample.tsx';
import { AddSource } from './sources-add.tsx';

const words = {
  source: { en: 'Source', zh: '数据源' },
  sourceHelp: {
    en: 'What the rows count as coming from. A source of its own for each system keeps records apart.',
    zh: '数据行所属的来源。每个业务系统宜各设一个数据源，以便区分记录。',
  },
  none: { en: 'There is no source to import into', zh: '尚无可导入的数据源' },
  noneNext: { en: 'Add one for files first.', zh: '请先添加一个文件类数据源。' },
  choose: { en: 'Choose a file, or drop it here', zh: '点击选择文件，或拖到此处' },
  kinds: { en: 'CSV, JSON lines (one object a line) or Excel (.xlsx)', zh: 'CSV、JSON 行（每行一个对象）或 Excel（.xlsx）' },
  encoding: { en: 'Encoding', zh: '编码' },
  delimiter: { en: 'Columns are parted by', zh: '列分隔符' },
  header: { en: 'The first row names the columns', zh: '首行为列名' },
  first: { en: 'The first rows', zh: '前几行' },
  size: { en: '{name}, {kb} KB', zh: '{name}，{kb} KB' },
} as const;

const reasons: { readonly [code in ReadingFault]: Words } = {
  empty: { en: 'The file is empty.', zh: '文件为空。' },
  binary: { en: 'This is no table of text. Save it as CSV or .xlsx.', zh: '该文件不是文本表格，请另存为 CSV 或 .xlsx。' },
  packed: { en: 'The file is packed. Unpack it first.', zh: '文件已压缩，请先解压。' },
  insecure: {
    en: 'The browser lets pages read files like this only over https or on the machine itself.',
    zh: '浏览器仅允许通过 https 或本机地址的页面读取文件。',
  },
  sheet: { en: 'The workbook could not be read. Save its sheet as CSV.', zh: '无法读取该工作簿，请将工作表另存为 CSV。' },
  columns: { en: 'The file has more than 2,000 columns.', zh: '文件超过 2,000 列。' },
};
const unknown: Words = { en: 'The file could not be read.', zh: '无法读取该文件。' };

const delimiters: readonly (readonly [string, Words])[] = [
  [',', { en: 'Comma', zh: '逗号' }],
  ['\t', { en: 'Tab', zh: '制表符' }],
  [';', { en: 'Semicolon', zh: '分号' }],
  ['|', { en: 'Bar', zh: '竖线' }],
  ['，', { en: 'Full-width comma', zh: '全角逗号' }],
  ['^', { en: 'Caret', zh: '脱字符' }],
];
const encodingNames: { readonly [one in (typeof encodings)[number]]: string } = {
  'utf-8': 'UTF-8',
  gb18030: 'GB18030 / GBK',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'windows-1252': 'Windows-1252',
};

export type Chosen = { readonly file: File; readonly shape: Shape; readonly reading: FileReading };
type Props = {
  sources: readonly ImportSource[];
  source: ImportSource | undefined;
  choose(id: number): void;
  chosen: Chosen | undefined;
  take(chosen: Chosen | undefined): void;
};

export function ChooseFile({ sources, source, choose, chosen, take }: Props) {
  const say = useSay();
  const reading = useRef<FileReading>(undefined);
  const open = useMutation({
    mutationFn: async ({ file, choice }: { file: File; choice: Choice }) => {
      reading.current?.close();
      reading.current = new FileReading();
      return { file, reading: reading.current, shape: await reading.current.open(file, choice) };
    },
    onSuccess: take,
    onError: () => take(undefined),
  });
  if (sources.length === 0) {
    return (
      <Nothing what={words.none} next={words.noneNext}>
        <AddSource type="primary" kind="file" made={({ source: { id } }) => choose(id)} />
      </Nothing>
    );
  }
  return (
    <Flex vertical gap={space.medium}>
      <Form layout="vertical">
        <Form.Item label={say(words.source)} extra={say(words.sourceHelp)} style={{ maxWidth: 480 }}>
          <Select
            aria-label={say(words.source)}
            {...(source && { value: source.id })}
            onChange={choose}
            options={sources.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
      </Form>
      <Upload.Dragger
        accept=".csv,.tsv,.txt,.jsonl,.ndjson,.json,.xlsx"
        showUploadList={false}
        // Nothing is sent: the file is only read.
        beforeUpload={(file) => {
          open.mutate({ file, choice: {} });
          return false;
        }}
      >
        <p className="ant-upload-drag-icon">
          <InboxOutlined />
        </p>
        <p className="ant-upload-text">{say(words.choose)}</p>
        <p className="ant-upload-hint">{say(words.kinds)}</p>
      </Upload.Dragger>
      {open.error && (
        <Alert
          role="alert"
          type="error"
          showIcon
          title={say(open.error instanceof Unreadable ? reasons[open.error.code] : unknown)}
        />
      )}
      {chosen && <Found chosen={chosen} busy={open.isPending} again={(choice) => open.mutate({ file: chosen.file, choice })} />}
    </Flex>
  );
}

function Found({ chosen: { shape, file }, busy, again }: { chosen: Chosen; busy: boolean; again(choice: Choice): void }) {
  const say = useSay();
  const heading = useRef<HTMLDivElement>(null);
  const { encoding, delimiter, hasHeader, format } = shape;
  const found = { encoding, delimiter, hasHeader };
  useEffect(() => {
    heading.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <Card size="small" loading={busy}>
      <div ref={heading}>
        <Text strong>{say(words.size, { name: shape.name, kb: Math.max(1, Math.round(file.size / 1024)) })}</Text>
      </div>
      <Flex gap={space.medium} wrap align="end" style={{ marginBlock: space.medium }}>
        <Labelled label={words.encoding}>
          <Select
            style={{ width: 180 }}
            aria-label={say(words.encoding)}
            value={encoding}
            onChange={(next) => again({ ...found, encoding: next })}
            options={encodings.map((one) => ({ value: one, label: encodingNames[one] }))}
          />
        </Labelled>
        {format === 'csv' && (
          <>
            <Labelled label={words.delimiter}>
              <Select
                style={{ width: 180 }}
                aria-label={say(words.delimiter)}
                value={delimiter}
                onChange={(next) => again({ ...found, delimiter: next })}
                options={delimiters.map(([value, name]) => ({ value, label: say(name) }))}
              />
            </Labelled>
            <Flex gap={space.small} align="center" style={{ minHeight: 32 }}>
              <Switch
                aria-label={say(words.header)}
                checked={hasHeader}
                onChange={(next) => again({ ...found, hasHeader: next })}
              />
              <Text>{say(words.header)}</Text>
            </Flex>
          </>
        )}
      </Flex>
      <Text type="secondary">{say(words.first)}</Text>
      <Sample shape={shape} />
    </Card>
  );
}

function Labelled({ label, children }: { label: Words; children: React.ReactNode }) {
  const say = useSay();
  return (
    <div>
      <Text type="secondary">{say(label)}</Text>
      <div>{children}</div>
    </div>
  );
}
