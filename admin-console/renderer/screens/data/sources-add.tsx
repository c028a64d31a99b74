// Adding a source: what it is called, what kind of system it is, and then its key, shown once.

import { PlusOutlined } from '@ant-design/icons';
import { type ButtonProps, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { Act } from '../../parts/act.tsx';
import { useSay } from '../../words/words.ts';
import { KeyShown, type MadeKey } from './sources-key.tsx';
import { kindWords, type SourceKind } from './sources-sdks.ts';

const words = {
  add: { en: 'Add a source', zh: '添加数据源' },
  about: {
    en: 'One for each system that sends: a shop, an app, a CRM. Records of different sources are told apart and joined by identity.',
    zh: '每个发送数据的系统各设一个：商城、应用、客户管理系统等。各数据源的记录彼此区分，再按身份合并。',
  },
  name: { en: 'Name', zh: '名称' },
  namePlace: { en: 'such as Web shop', zh: '例如：网上商城' },
  kind: { en: 'Kind', zh: '类型' },
  needed: { en: 'Needed', zh: '必填' },
  added: { en: 'Added', zh: '已添加' },
} as const;

type Values = { name: string; kind: SourceKind };

export const addSource = async (body: Values): Promise<MadeKey> => ({
  ...(await unwrap(api.POST('/api/sources', { body }))),
  rotated: false,
});

export function SourceFields() {
  const say = useSay();
  const rules = [{ required: true, whitespace: true, message: say(words.needed) }];
  return (
    <>
      <Form.Item name="name" label={say(words.name)} rules={rules}>
        <Input autoFocus maxLength={128} autoComplete="off" placeholder={say(words.namePlace)} />
      </Form.Item>
      <Form.Item name="kind" label={say(words.kind)}>
        <Select
          aria-label={say(words.kind)}
          options={Object.entries(kindWords).map(([value, name]) => ({ value, label: say(name) }))}
        />
      </Form.Item>
    </>
  );
}

/** @param made told once the key was shown and kept */
export function AddSource({
  kind = 'website',
  made,
  ...button
}: Pick<ButtonProps, 'type'> & { kind?: SourceKind; made?: (made: MadeKey) => void }) {
  const [shown, setShown] = useState<MadeKey>();
  const close = () => {
    if (shown) made?.(shown);
    setShown(undefined);
  };
  return (
    <>
      <Act<Values, MadeKey>
        {...button}
        name={words.add}
        icon={<PlusOutlined />}
        about={words.about}
        fields={<SourceFields />}
        initial={{ kind }}
        done={words.added}
        refresh={[['sources']]}
        act={addSource}
        onDone={setShown}
      />
      {shown && <KeyShown made={shown} close={close} />}
    </>
  );
}
