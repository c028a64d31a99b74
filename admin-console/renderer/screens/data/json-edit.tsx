// A JSON document typed by hand: read as it is typed, a mistake told with its line.

import { Input } from 'antd';
import { codeFonts } from '../../design/design.ts';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { readJson } from './json-document.ts';

const words = {
  mistake: { en: 'Not JSON, line {line}: {what}', zh: '第 {line} 行不是有效的 JSON：{what}' },
  object: { en: 'An object is needed: { … }', zh: '应为一个对象：{ … }' },
  fine: { en: 'Valid JSON', zh: '格式有效' },
} as const;

export function JsonEdit({
  text,
  change,
  label,
  rows = 18,
  readOnly = false,
}: {
  text: string;
  change?: (text: string) => void;
  label: string;
  rows?: number;
  readOnly?: boolean;
}) {
  const say = useSay();
  const read = readJson(text);
  const wrong = 'document' in read ? undefined : read;
  return (
    <div>
      <Input.TextArea
        aria-label={label}
        aria-invalid={wrong !== undefined}
        value={text}
        readOnly={readOnly}
        spellCheck={false}
        rows={Math.min(rows, Math.max(6, text.split('\n').length + 1))}
        onChange={({ target }) => change?.(target.value)}
        style={{ fontFamily: codeFonts, fontSize: 13 }}
        {...(wrong && { status: 'error' as const })}
      />
      {!readOnly && (
        <Text type={wrong ? 'danger' : 'secondary'} role="status">
          {wrong
            ? say(wrong.what === '' ? words.object : words.mistake, { line: wrong.line, what: wrong.what })
            : say(words.fine)}
        </Text>
      )}
    </div>
  );
}
