// Help where it is needed: a word that is asked about is explained on the spot.

import { QuestionCircleOutlined } from '@ant-design/icons';
import { Button, Popover } from 'antd';
import type { ReactNode } from 'react';
import { useSay, type Words } from '../words/words.ts';

const words = { what: { en: 'What is this?', zh: '说明' } } as const;

export function Help({ about, children }: { about: Words; children?: ReactNode }) {
  const say = useSay();
  const body = (
    <div style={{ maxWidth: 360 }}>
      {say(about)}
      {children}
    </div>
  );
  return (
    <Popover content={body} trigger={['click']}>
      <Button type="text" size="small" shape="circle" icon={<QuestionCircleOutlined />} aria-label={say(words.what)} />
    </Popover>
  );
}
