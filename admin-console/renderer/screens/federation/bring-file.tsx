// A CSV file for matches, picked in the browser: its columns are chosen from its first row, it goes to the node in parts with its progress, can be
// stopped, and says what became of its rows. It is never held here as a whole.

import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Flex, Form, Input, InputNumber, Modal, Progress, Select, Upload } from 'antd';
import { useRef, useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { columnsOf, likely } from './csv-head.ts';
import { keys } from './shared.ts';

const words = {
  bring: { en: 'Bring a file', zh: '上传文件' },
  about: {
    en: 'A CSV file in UTF-8 with names in its first row. It is sealed on this node and never leaves it; only masked values do. It goes when the match is over, or after 14 days.',
    zh: 'UTF-8 编码、首行为列名的 CSV 文件。文件加密保存在本节点，不会离开；仅掩蔽后的值会发出。匹配结束或 14 天后删除。',
  },
  pick: { en: 'Choose a CSV file', zh: '选择 CSV 文件' },
  noColumns: { en: 'The first row of this file cannot be read', zh: '无法读取该文件的首行' },
  id: { en: 'Column that names a customer in results', zh: '结果中标识客户的列' },
  phone: { en: 'Telephone columns', zh: '手机号列' },
  email: { en: 'E-mail columns', zh: '邮箱列' },
  card: { en: 'Card columns', zh: '会员卡列' },
  value: { en: 'Column to sum up (only for sums)', zh: '求和列（仅用于求和）' },
  decimals: { en: 'Decimals that count', zh: '保留小数位' },
  name: { en: 'Called', zh: '名称' },
  one: { en: 'Choose at least one column to match by', zh: '请至少选择一个用于匹配的列' },
  needed: { en: 'Needed', zh: '必填' },
  send: { en: 'Send', zh: '上传' },
  stop: { en: 'Stop', zh: '停止' },
  sending: { en: 'Sending', zh: '上传中' },
  checking: { en: 'All is there; the node checks its rows.', zh: '已全部上传，节点正在检查各行。' },
  taken: { en: '{taken} of {rows} rows can be used', zh: '共 {rows} 行，可用 {taken} 行' },
  rejected: { en: 'Not used: {what}', zh: '未使用：{what}' },
  lines: { en: 'First lines: {lines}', zh: '最先出现的行：{lines}' },
  close: { en: 'Close', zh: '关闭' },
} as const;

/** As large as a part may be. */
const partBytes = 8 * 1024 * 1024;

type Fields = {
  id: string;
  phone?: string[];
  email?: string[];
  card?: string[];
  value?: string;
  decimals?: number;
  name?: string;
};
export type TakenFile = { id: string; rows: number; taken: number; rejected: { [code: string]: number } };

const partOf = (file: string, part: number, bytes: Blob, signal: AbortSignal) =>
  unwrap(
    api.PUT('/api/matches/files/{file}/parts/{part}', {
      params: { path: { file, part } },
      headers: { 'content-type': 'text/csv' },
      body: bytes as never,
      bodySerializer: (body: unknown) => body as Blob,
      signal,
    }),
  );

async function send(file: File, { id, phone, email, card, value, decimals, name }: Fields, how: Sending) {
  const kinds = Object.fromEntries(Object.entries({ phone, email, card }).filter(([, of]) => of && of.length > 0));
  const columns = {
    ...{ id, kinds },
    ...(value && { value: { column: value, ...(decimals !== undefined && decimals !== null && { decimals }) } }),
  };
  const { signal } = how;
  const opened = await unwrap(
    api.POST('/api/matches/files/open', { body: { columns, name: name?.trim() || file.name }, signal }),
  );
  try {
    for (let from = 0, part = 0; from < file.size; from += partBytes, part += 1) {
      await partOf(opened.id, part, file.slice(from, from + partBytes), signal);
      how.onSent(Math.min(1, (from + partBytes) / file.size));
    }
    return await unwrap(api.POST('/api/matches/files/{file}/finish', { params: { path: { file: opened.id } }, signal }));
  } catch (error) {
    // What is only half there is nobody's to use.
    void unwrap(api.DELETE('/api/matches/files/{file}', { params: { path: { file: opened.id } } })).catch(() => undefined);
    throw error;
  }
}
type Sending = { signal: AbortSignal; onSent(share: number): void };
type Shown = Awaited<ReturnType<typeof send>>;

export function BringFile({ onTaken, type }: { onTaken?: (file: TakenFile) => void; type?: 'primary' }) {
  const say = useSay();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [picked, setPicked] = useState<{ file: File; columns: string[] }>();
  const [share, setShare] = useState<number>();
  const [error, setError] = useState<unknown>();
  const [taken, setTaken] = useState<Shown>();
  const stop = useRef<AbortController>(undefined);
  const reset = () => {
    stop.current?.abort();
    setPicked(undefined);
    setShare(undefined);
    setError(undefined);
    setTaken(undefined);
    setOpen(false);
  };
  const begin = async (fields: Fields) => {
    if (!picked) return;
    const controller = new AbortController();
    stop.current = controller;
    setError(undefined);
    setShare(0);
    try {
      const file = await send(picked.file, fields, { signal: controller.signal, onSent: setShare });
      setTaken(file);
      onTaken?.(file);
    } catch (wrong) {
      if (!controller.signal.aborted) setError(wrong);
    } finally {
      setShare(undefined);
      await client.invalidateQueries({ queryKey: keys.matchFiles });
    }
  };
  return (
    <>
      <Button {...(type && { type })} onClick={() => setOpen(true)}>
        {say(words.bring)}
      </Button>
      <Modal open={open} title={say(words.bring)} footer={null} onCancel={reset} destroyOnHidden>
        <Flex vertical gap={space.medium}>
          {taken ? (
            <>
              <Became of={taken} />
              <div>
                <Button type="primary" onClick={reset}>
                  {say(words.close)}
                </Button>
              </div>
            </>
          ) : (
            <>
              <span>{say(words.about)}</span>
              <Fault error={error} />
              <Upload
                accept=".csv,text/csv"
                maxCount={1}
                fileList={picked ? [{ uid: picked.file.name, name: picked.file.name }] : []}
                onRemove={() => setPicked(undefined)}
                beforeUpload={(file) => {
                  void columnsOf(file).then((columns) => setPicked({ file, columns }));
                  return false;
                }}
              >
                <Button disabled={share !== undefined}>{say(words.pick)}</Button>
              </Upload>
              {picked && picked.columns.length === 0 && <Alert type="error" showIcon title={say(words.noColumns)} />}
              {picked && picked.columns.length > 0 && (
                <Columns
                  key={picked.file.name}
                  picked={picked}
                  busy={share !== undefined}
                  onSend={(fields) => void begin(fields)}
                />
              )}
              {share !== undefined && (
                <Flex gap={space.small} align="center">
                  <Progress percent={Math.floor(100 * share)} aria-label={say(words.sending)} />
                  <Button size="small" onClick={() => stop.current?.abort()}>
                    {say(words.stop)}
                  </Button>
                </Flex>
              )}
              {share === 1 && <span role="status">{say(words.checking)}</span>}
            </>
          )}
        </Flex>
      </Modal>
    </>
  );
}

function Columns({
  picked: { file, columns },
  busy,
  onSend,
}: {
  picked: { file: File; columns: string[] };
  busy: boolean;
  onSend(fields: Fields): void;
}) {
  const say = useSay();
  const options = columns.map((column) => ({ value: column, label: column }));
  const guess = (pattern: RegExp) => {
    const column = likely(columns, pattern);
    return column === undefined ? [] : [column];
  };
  const initial: Fields = {
    id: likely(columns, /^(id|no|.*_(id|no)|.*编号|.*号码?)$/i) ?? columns[0]!,
    phone: guess(/phone|mobile|tel|手机|电话/i),
    email: guess(/mail|邮/i),
    card: guess(/card|卡/i),
    name: file.name,
  };
  return (
    <Form<Fields> layout="vertical" requiredMark={false} initialValues={initial} onFinish={onSend} disabled={busy}>
      <Form.Item name="id" label={say(words.id)} rules={[{ required: true, message: say(words.needed) }]}>
        <Select options={options} showSearch />
      </Form.Item>
      <Form.Item
        name="phone"
        label={say(words.phone)}
        dependencies={['email', 'card']}
        rules={[
          ({ getFieldsValue }) => ({
            validator: () => {
              const { phone = [], email = [], card = [] } = getFieldsValue() as Fields;
              return phone.length + email.length + card.length > 0
                ? Promise.resolve()
                : Promise.reject(new Error(say(words.one)));
            },
          }),
        ]}
      >
        <Select mode="multiple" options={options} />
      </Form.Item>
      <Form.Item name="email" label={say(words.email)}>
        <Select mode="multiple" options={options} />
      </Form.Item>
      <Form.Item name="card" label={say(words.card)}>
        <Select mode="multiple" options={options} />
      </Form.Item>
      <Flex gap={space.medium}>
        <Form.Item name="value" label={say(words.value)} style={{ flex: 1 }}>
          <Select options={options} allowClear />
        </Form.Item>
        <Form.Item name="decimals" label={say(words.decimals)}>
          <InputNumber min={0} max={6} precision={0} />
        </Form.Item>
      </Flex>
      <Form.Item name="name" label={say(words.name)}>
        <Input maxLength={200} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {say(words.send)}
      </Button>
    </Form>
  );
}

/** What became of its rows: by code and line, never a value. */
export function Became({
  of: { rows, taken, rejected, rejects },
}: {
  of: {
    readonly rows: number;
    readonly taken: number;
    readonly rejected: { readonly [code: string]: number };
    readonly rejects: readonly { readonly line: number; readonly code: string }[];
  };
}) {
  const say = useSay();
  const formats = useFormats();
  const codes = Object.entries(rejected).filter(([, count]) => count > 0);
  const what = codes.map(([code, count]) => `${code} ${formats.number(count)}`).join(', ');
  const lines = rejects.slice(0, 10).map(({ line, code }) => `${line} (${code})`);
  return (
    <Alert
      role="status"
      type={codes.length > 0 ? 'warning' : 'success'}
      showIcon
      title={say(words.taken, { taken, rows })}
      description={
        codes.length > 0 && (
          <>
            <div>{say(words.rejected, { what })}</div>
            <div>{say(words.lines, { lines: lines.join(', ') })}</div>
          </>
        )
      }
    />
  );
}
