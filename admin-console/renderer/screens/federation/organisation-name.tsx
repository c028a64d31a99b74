// What an organisation calls itself, in both languages: fields of a form, and what they make.

import { Form, Input } from 'antd';
import { useSay } from '../../words/words.ts';

const words = {
  en: { en: 'Our name in English', zh: '本机构英文名称' },
  zh: { en: 'Our name in Chinese', zh: '本机构中文名称' },
  one: { en: 'One of the two is enough', zh: '至少填写一个' },
} as const;

export type NameFields = { nameEn?: string; nameZh?: string };
export const nameOf = ({ nameEn = '', nameZh = '' }: NameFields) => ({ en: nameEn.trim(), zh: nameZh.trim() });

export function NameFields() {
  const say = useSay();
  return (
    <>
      <Form.Item name="nameEn" label={say(words.en)}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item
        name="nameZh"
        label={say(words.zh)}
        dependencies={['nameEn']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, value: string | undefined) =>
              (value ?? '').trim() || String(getFieldValue('nameEn') ?? '').trim()
                ? Promise.resolve()
                : Promise.reject(new Error(say(words.one))),
          }),
        ]}
      >
        <Input maxLength={200} />
      </Form.Item>
    </>
  );
}
