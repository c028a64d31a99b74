// What is said once something was proposed to other organisations, and the way back.

import { Alert, Button, Flex } from 'antd';
import { useLocation } from 'wouter';
import { space } from '../../design/design.ts';
import { useSay } from '../../words/words.ts';

const words = {
  waits: {
    en: 'Proposed. A second person decides under Approvals; then the other side is asked.',
    zh: '已提议。他人在“审批”中批准后，将询问对方机构。',
  },
  sent: { en: 'Proposed to the other side.', zh: '已向对方机构提议。' },
  back: { en: 'Back to the list', zh: '返回列表' },
} as const;

/** @param waits for the second person */
export function Sent({ waits, to }: { waits: boolean; to: '/matches' | '/rounds' }) {
  const say = useSay();
  const [, go] = useLocation();
  return (
    <Flex vertical gap={space.medium} align="start">
      <Alert role="status" type="success" showIcon title={say(waits ? words.waits : words.sent)} />
      <Button onClick={() => go(to)}>{say(words.back)}</Button>
    </Flex>
  );
}
