// The frame of a screen: its name, one line on what it is for, what can be done on it, and what it shows.

import { Flex, Typography } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { space } from '../design/design.ts';
import { useSay, type Words } from '../words/words.ts';
import { Text } from './text.tsx';

export function Page({
  title,
  about,
  actions,
  children,
}: {
  title: Words | string;
  about?: Words;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const say = useSay();
  const name = typeof title === 'string' ? title : say(title);
  useEffect(() => {
    document.title = `${name} · Holdfast`;
  }, [name]);
  return (
    <div className="hf-page">
      <Flex justify="space-between" align="start" gap={space.medium} wrap>
        <div>
          <Typography.Title level={1} style={{ fontSize: 20, lineHeight: 1.4, margin: 0 }}>
            {name}
          </Typography.Title>
          {about && <Text type="secondary">{say(about)}</Text>}
        </div>
        {actions && (
          <Flex gap={space.small} wrap>
            {actions}
          </Flex>
        )}
      </Flex>
      <div style={{ marginTop: space.large }}>{children}</div>
    </div>
  );
}
