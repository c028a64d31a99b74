// Which other customer to merge with: found by anything that identifies them, or by their number.

import { Flex, Input, Modal } from 'antd';
import { useState } from 'react';
import { Link } from 'wouter';
import { space } from '../../design/design.ts';
import { to } from '../../parts/screen.tsx';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { nameOf, useFound } from './profile.ts';

const words = {
  title: { en: 'Merge with another customer', zh: '与另一客户合并' },
  about: { en: 'You see both side by side before anything is done.', zh: '执行前可先并排查看两位客户。' },
  find: { en: 'Phone, e-mail, customer id, or a number such as p42', zh: '手机号、邮箱、客户编号，或形如 p42 的编号' },
  none: { en: 'Nobody else has this', zh: '未找到其他客户' },
  look: { en: 'Look at both', zh: '并排查看' },
} as const;

export function MergeWith({ id, open, close }: { id: string; open: boolean; close(): void }) {
  const say = useSay();
  const [text, setText] = useState('');
  const isNumber = /^p\d{1,15}$/.test(text);
  const found = useFound(isNumber ? '' : text);
  const others = isNumber
    ? [{ id: text, name: text }]
    : (found.data?.profiles ?? []).map((one) => ({ id: one.id, name: nameOf(one) }));
  const list = others.filter((other) => other.id !== id);
  return (
    <Modal open={open} title={say(words.title)} footer={null} onCancel={close} destroyOnHidden>
      <Flex vertical gap={space.medium}>
        <Text type="secondary">{say(words.about)}</Text>
        <Input.Search
          autoFocus
          aria-label={say(words.find)}
          placeholder={say(words.find)}
          onSearch={(next) => setText(next.trim())}
        />
        {text !== '' && !isNumber && found.data === undefined && (
          <Answer of={found} rows={1}>
            {() => null}
          </Answer>
        )}
        {text !== '' && list.length === 0 && (isNumber || found.data !== undefined) && <Nothing what={words.none} />}
        {list.map((other) => (
          <Flex key={other.id} justify="space-between" gap={space.small}>
            <span className="hf-break">
              {other.name} <Text type="secondary">{other.id}</Text>
            </span>
            <Link href={to('/customers/merge/:left/:right', { left: id, right: other.id })} onClick={close}>
              {say(words.look)}
            </Link>
          </Flex>
        ))}
      </Flex>
    </Modal>
  );
}
