// Files whose rows go into rounds: bringing one with the column that is to be learned, what became of its rows, and removing it.

import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Flex, Form, Input, Modal, Select, Spin, Upload } from 'antd';
import { useRef, useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { Became } from './bring-file.tsx';
import { columnsOf, likely } from './csv-head.ts';
import { useRoundFiles } from './row-source.tsx';
import { keys } from './shared.ts';

const words = {
  title: { en: 'Files for training together', zh: '联合训练文件' },
  about: {
    en: 'Rows that are not in the node’s own profiles. Sealed; only sums of them leave. Whoever brings one answers for its consent.',
    zh: '不在本节点画像中的数据行，加密保存，仅汇总值会发出；上传者对其使用依据负责。',
  },
  none: { en: 'There is no file', zh: '没有文件' },
  noneNext: { en: 'Bring a CSV file with the column that is to be learned.', zh: '可上传包含待预测列的 CSV 文件。' },
  bring: { en: 'Bring a file', zh: '上传文件' },
  bringAbout: {
    en: 'A CSV file in UTF-8 with names in its first row. Columns are numbers or categories, called the same at all organisations.',
    zh: 'UTF-8 编码、首行为列名的 CSV 文件。各列为数值或类别，且在各机构中名称相同。',
  },
  pick: { en: 'Choose a CSV file', zh: '选择 CSV 文件' },
  noColumns: { en: 'The first row of this file cannot be read', zh: '无法读取该文件的首行' },
  label: { en: 'Column that is to be learned', zh: '待预测的列' },
  name: { en: 'Called', zh: '名称' },
  nameAbout: { en: 'Letters, digits, “.”, “_” and “-”', zh: '字母、数字以及 .、_、-' },
  needed: { en: 'Needed', zh: '必填' },
  send: { en: 'Send', zh: '上传' },
  stop: { en: 'Stop', zh: '停止' },
  sending: { en: 'Sending and checking…', zh: '正在上传并检查…' },
  close: { en: 'Close', zh: '关闭' },
  file: { en: 'File', zh: '文件' },
  taken: { en: 'Used', zh: '可用' },
  rejected: { en: 'Not used', zh: '未使用' },
  columns: { en: 'Columns', zh: '列数' },
  until: { en: 'Kept until', zh: '保留至' },
  remove: { en: 'Remove', zh: '删除' },
  removeAbout: {
    en: 'It is destroyed on this node. A round that needs it keeps it.',
    zh: '将从本节点彻底删除；仍被训练使用时不能删除。',
  },
} as const;

export default function RoundFiles() {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const asked = useRoundFiles(may('round.file.list'));
  return (
    <Page title={words.title} about={words.about} actions={may('round.file.add') && <BringRows />}>
      <Answer of={asked}>
        {(files) => (
          <Rows
            rowKey="name"
            none={words.none}
            {...(may('round.file.add') && { next: words.noneNext })}
            dataSource={files}
            columns={[
              { title: say(words.file), dataIndex: 'name' },
              { title: say(words.label), dataIndex: 'label' },
              { title: say(words.taken), align: 'right', render: (_, { taken }) => formats.number(taken) },
              {
                title: say(words.rejected),
                render: (_, { rejected }) => (
                  <Text type="secondary">
                    {Object.entries(rejected)
                      .map(([code, count]) => `${code} ${formats.number(count)}`)
                      .join(', ') || '–'}
                  </Text>
                ),
              },
              { title: say(words.columns), align: 'right', render: (_, { columns }) => formats.number(columns.length) },
              { title: say(words.until), render: (_, { untilMs }) => <When atMs={untilMs} /> },
              {
                title: '',
                render: (_, { name }) =>
                  may('round.file.remove') && (
                    <Act
                      name={words.remove}
                      about={words.removeAbout}
                      size="small"
                      danger
                      refresh={[keys.roundFiles]}
                      act={() => unwrap(api.DELETE('/api/rounds/files/{file}', { params: { path: { file: name } } }))}
                    />
                  ),
              },
            ]}
          />
        )}
      </Answer>
    </Page>
  );
}

type Fields = { name: string; label: string };

const send = (file: File, { name, label }: Fields, signal: AbortSignal) =>
  unwrap(
    api.POST('/api/rounds/files', {
      params: { query: { name: name.trim(), label } },
      headers: { 'content-type': 'text/csv' },
      body: file as never,
      bodySerializer: (body: unknown) => body as Blob,
      signal,
    }),
  );

function BringRows() {
  const say = useSay();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [picked, setPicked] = useState<{ file: File; columns: string[] }>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [taken, setTaken] = useState<Awaited<ReturnType<typeof send>>>();
  const stop = useRef<AbortController>(undefined);
  const reset = () => {
    stop.current?.abort();
    setPicked(undefined);
    setError(undefined);
    setTaken(undefined);
    setOpen(false);
  };
  const begin = async (fields: Fields) => {
    if (!picked) return;
    const controller = new AbortController();
    stop.current = controller;
    setError(undefined);
    setBusy(true);
    try {
      setTaken(await send(picked.file, fields, controller.signal));
    } catch (wrong) {
      if (!controller.signal.aborted) setError(wrong);
    } finally {
      setBusy(false);
      await client.invalidateQueries({ queryKey: keys.roundFiles });
    }
  };
  const columns = picked?.columns ?? [];
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {say(words.bring)}
      </Button>
      <Modal open={open} title={say(words.bring)} footer={null} onCancel={reset} destroyOnHidden>
        {taken ? (
          <Flex vertical gap={space.medium} align="start">
            <Became of={taken} />
            <Button type="primary" onClick={reset}>
              {say(words.close)}
            </Button>
          </Flex>
        ) : (
          <Flex vertical gap={space.medium}>
            <span>{say(words.bringAbout)}</span>
            <Fault error={error} />
            <Upload
              accept=".csv,text/csv"
              maxCount={1}
              fileList={picked ? [{ uid: picked.file.name, name: picked.file.name }] : []}
              onRemove={() => setPicked(undefined)}
              beforeUpload={(file) => {
                void columnsOf(file).then((found) => setPicked({ file, columns: found }));
                return false;
              }}
            >
              <Button disabled={busy}>{say(words.pick)}</Button>
            </Upload>
            {picked && columns.length === 0 && <Alert type="error" showIcon title={say(words.noColumns)} />}
            {picked && columns.length > 0 && (
              <Form<Fields>
                key={picked.file.name}
                layout="vertical"
                requiredMark={false}
                disabled={busy}
                initialValues={{
                  name: picked.file.name
                    .replace(/\.csv$/i, '')
                    .replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-')
                    .slice(0, 64),
                  label: likely(columns, /label|churn|left|target|标签|流失/i),
                }}
                onFinish={(fields) => void begin(fields)}
              >
                <Form.Item name="label" label={say(words.label)} rules={[{ required: true, message: say(words.needed) }]}>
                  <Select showSearch options={columns.map((column) => ({ value: column, label: column }))} />
                </Form.Item>
                <Form.Item
                  name="name"
                  label={say(words.name)}
                  extra={say(words.nameAbout)}
                  rules={[{ required: true, pattern: /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u, message: say(words.nameAbout) }]}
                >
                  <Input maxLength={64} />
                </Form.Item>
                <Flex gap={space.small} align="center">
                  <Button type="primary" htmlType="submit" loading={busy}>
                    {say(words.send)}
                  </Button>
                  {busy && (
                    <>
                      <Button onClick={() => stop.current?.abort()} disabled={false}>
                        {say(words.stop)}
                      </Button>
                      <Spin size="small" />
                      <span role="status">{say(words.sending)}</span>
                    </>
                  )}
                </Flex>
              </Form>
            )}
          </Flex>
        )}
      </Modal>
    </>
  );
}
