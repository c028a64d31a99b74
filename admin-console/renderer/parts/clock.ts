// What time it is, for pages that stand open.

import { useEffect, useState } from 'react';

export const nowMs = (): number => Date.now();

export function useNowMs(everyMs: number): number {
  const [now, setNow] = useState(nowMs);
  useEffect(() => {
    const timer = setInterval(() => setNow(nowMs()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
