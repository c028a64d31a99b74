// What came of a check that the page itself did: green only once it was computed, red where it does not hold, and said where it could not be done.

import { Alert } from 'antd';
import { useSay, type Words } from '../../../words/words.ts';

export type Verdict = 'holds' | 'broken' | 'cannot';

const words = {
  cannot: { en: 'This browser cannot compute it here', zh: '此浏览器无法在此计算' },
  cannotNext: {
    en: 'Open the console by an encrypted address or on the node itself, or export the log and verify it offline.',
    zh: '请通过加密地址或在节点本机打开控制台，或导出日志后离线核验。',
  },
} as const;

export function VerdictLine({ of, holds, broken, about }: { of: Verdict; holds: Words; broken: Words; about?: Words }) {
  const say = useSay();
  if (of === 'cannot') return <Alert type="warning" showIcon title={say(words.cannot)} description={say(words.cannotNext)} />;
  const good = of === 'holds';
  return (
    <Alert
      role={good ? 'status' : 'alert'}
      type={good ? 'success' : 'error'}
      showIcon
      title={say(good ? holds : broken)}
      {...(about && { description: say(about) })}
    />
  );
}

/** @param holds undefined where the browser does not know how */
export const verdictOf = (holds: boolean | undefined): Verdict => (holds === undefined ? 'cannot' : holds ? 'holds' : 'broken');
