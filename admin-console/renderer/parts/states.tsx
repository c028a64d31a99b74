// What a screen shows while it has nothing yet, when there is nothing, when something went wrong, and when it is not for the reader: the same
// everywhere, each with what to do next.

import { LockOutlined, WarningOutlined } from '@ant-design/icons';
import { Button, Empty, Flex, Skeleton, Space, Typography } from 'antd';
import type { ReactNode } from 'react';
import { ApiFault } from '../api/client.ts';
import { space } from '../design/design.ts';
import { useSay, type Words } from '../words/words.ts';
import { Text } from './text.tsx';

const words = {
  loading: { en: 'Loading', zh: '加载中' },
  wrong: { en: 'This could not be shown', zh: '无法显示' },
  unreachable: { en: 'The node does not answer', zh: '节点没有响应' },
  unreachableNext: { en: 'This page tries again by itself.', zh: '页面会自动重试。' },
  forbidden: { en: 'This is not for your role', zh: '您的角色无权查看' },
  forbiddenNext: {
    en: 'Policies decide who sees what. An administrator can change your roles; compliance can tell you why.',
    zh: '谁能查看什么由策略决定。管理员可调整您的角色，合规人员可说明原因。',
  },
  again: { en: 'Try again', zh: '重试' },
  request: { en: 'Request {id}', zh: '请求编号 {id}' },
} as const;

export function Loading({ rows = 4 }: { rows?: number }) {
  const say = useSay();
  return (
    <div role="status" aria-label={say(words.loading)}>
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}

export function Nothing({ what, next, children }: { what: Words; next?: Words; children?: ReactNode }) {
  const say = useSay();
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <Space orientation="vertical" size={space.hair}>
          <Text>{say(what)}</Text>
          {next && <Text type="secondary">{say(next)}</Text>}
        </Space>
      }
    >
      {children}
    </Empty>
  );
}

export function Forbidden() {
  const say = useSay();
  return (
    <Standstill icon={<LockOutlined />} title={say(words.forbidden)}>
      {say(words.forbiddenNext)}
    </Standstill>
  );
}

export function Wrong({ error, again }: { error: unknown; again?: () => void }) {
  const say = useSay();
  if (error instanceof ApiFault && error.code === 'forbidden') return <Forbidden />;
  const known = error instanceof ApiFault ? error : undefined;
  const away = known?.code === 'unreachable';
  const next = away ? say(words.unreachableNext) : known?.next;
  return (
    <Standstill icon={<WarningOutlined />} title={away ? say(words.unreachable) : (known?.message ?? say(words.wrong))}>
      {next}
      {known?.where && <Text code>{known.where}</Text>}
      {known?.correlationId && (
        <Typography.Text type="secondary" copyable={{ text: known.correlationId }}>
          {say(words.request, { id: known.correlationId })}
        </Typography.Text>
      )}
      {again && <Button onClick={again}>{say(words.again)}</Button>}
    </Standstill>
  );
}

/** Said in the middle of where something else would be. */
function Standstill({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <Flex vertical align="center" gap={space.small} role="alert" style={{ padding: space.large, textAlign: 'center' }}>
      <span style={{ fontSize: 24 }}>{icon}</span>
      <Text strong>{title}</Text>
      <Space orientation="vertical" align="center" style={{ maxWidth: 480 }}>
        {children}
      </Space>
    </Flex>
  );
}

type Asked<Data> = { data: Data | undefined; error: unknown; isPending: boolean; refetch(): unknown };

/** A query's answer, or the state that it is in. */
export function Answer<Data>({
  of: { data, error, isPending, refetch },
  rows,
  children,
}: {
  of: Asked<Data>;
  rows?: number;
  children: (data: Data) => ReactNode;
}) {
  // What was there stays while it is asked again, also when that fails.
  if (data !== undefined) return children(data);
  if (isPending) return <Loading {...(rows !== undefined && { rows })} />;
  return <Wrong error={error} again={() => void refetch()} />;
}
