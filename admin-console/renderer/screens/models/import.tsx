// A model of the organisation's own, brought as an ONNX file: what goes in by the names of the node's features, what comes out, and examples that it
// is tried on. The examples are not kept.

import { App, Button, Form, Input, Switch, Upload } from 'antd';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { Act } from '../../parts/act.tsx';
import { to } from '../../parts/screen.tsx';
import { useSay } from '../../words/words.ts';
import { changed } from './asked.ts';

const words = {
  import: { en: 'Bring a model', zh: '导入模型' },
  about: {
    en: 'An ONNX file of your own. It is tried on your examples in a process of its own, and serves once somebody promotes it. It gives no reasons for its scores.',
    zh: '导入自有 ONNX 文件。系统在独立进程中用示例试运行，经人员启用后才会使用；此类模型不提供评分理由。',
  },
  name: { en: 'Name', zh: '名称' },
  file: { en: 'ONNX file', zh: 'ONNX 文件' },
  choose: { en: 'Choose a file', zh: '选择文件' },
  big: { en: 'At most 32 MB', zh: '不超过 32 MB' },
  signature: { en: 'Signature (JSON)', zh: '签名（JSON）' },
  signatureAbout: {
    en: 'Which features go in, and which output is the score.',
    zh: '说明输入哪些特征、哪个输出为评分。',
  },
  examples: { en: 'Examples (JSON)', zh: '示例（JSON）' },
  examplesAbout: {
    en: 'A list of rows, with what is expected where you know it. Use made-up values.',
    zh: '若干行数据，可附预期值。请使用虚构数据。',
  },
  json: { en: 'This is no JSON', zh: '不是有效的 JSON' },
  needed: { en: 'Needed', zh: '必填' },
  live: { en: 'Scores follow events', zh: '评分随事件更新' },
  done: { en: 'The model was brought; promote it when you are ready', zh: '模型已导入，准备好后即可启用' },
} as const;

const mostBytes = 32 * 1024 * 1024;
const signatureExample = `{
  "inputs": [{ "name": "X", "type": "float", "columns": ["orders", "spend"] }],
  "output": { "name": "y", "meaning": "value" }
}`;
const examplesExample = '[{ "row": { "orders": 3, "spend": 120 } }]';

type Values = { name: string; signature: string; examples: string; live: boolean };
type Example = { row: { [feature: string]: unknown }; expected?: number };

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** In parts: a call takes so many arguments and no more. */
async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let from = 0; from < bytes.length; from += 0x8000) text += String.fromCharCode(...bytes.subarray(from, from + 0x8000));
  return btoa(text);
}

export function ImportModel() {
  const say = useSay();
  const { message } = App.useApp();
  const [, go] = useLocation();
  const [file, setFile] = useState<File>();
  const json = { validator: async (_: unknown, text: string) => (isJson(text) ? undefined : Promise.reject(say(words.json))) };
  const fields = (
    <>
      <Form.Item name="name" label={say(words.name)} rules={[{ required: true, message: say(words.needed) }]}>
        <Input maxLength={64} />
      </Form.Item>
      <Form.Item label={say(words.file)} extra={say(words.big)} required>
        <Upload
          accept=".onnx"
          maxCount={1}
          beforeUpload={(chosen) => {
            if (chosen.size > mostBytes) void message.error(say(words.big));
            else setFile(chosen);
            return false;
          }}
          onRemove={() => setFile(undefined)}
          fileList={file ? [{ uid: '1', name: file.name, status: 'done' }] : []}
        >
          <Button>{say(words.choose)}</Button>
        </Upload>
      </Form.Item>
      <Form.Item name="signature" label={say(words.signature)} extra={say(words.signatureAbout)} rules={[json]}>
        <Input.TextArea rows={6} spellCheck={false} />
      </Form.Item>
      <Form.Item name="examples" label={say(words.examples)} extra={say(words.examplesAbout)} rules={[json]}>
        <Input.TextArea rows={3} spellCheck={false} />
      </Form.Item>
      <Form.Item name="live" label={say(words.live)} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  );
  return (
    <Act<Values, { name: string }>
      name={words.import}
      about={words.about}
      fields={fields}
      initial={{ live: true, signature: signatureExample, examples: examplesExample }}
      done={words.done}
      refresh={changed}
      act={async ({ name, signature, examples, live }) => {
        if (!file) throw new TypeError(say(words.choose));
        const body = {
          ...{ name, live },
          onnx: await base64Of(file),
          signature: JSON.parse(signature) as { [key: string]: unknown },
          examples: JSON.parse(examples) as Example[],
        };
        await unwrap(api.POST('/api/models/import', { body }));
        return { name };
      }}
      onDone={({ name }) => go(to('/models/:name', { name }))}
    />
  );
}
