// Parts of one screen that each have an address of their own, as tabs that are links.

import { Tabs as AntTabs } from 'antd';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useMay } from '../../parts/session.ts';
import { useSay, type Words } from '../../words/words.ts';

export type Tab = { readonly path: string; readonly name: Words; readonly needs?: string; readonly count?: number | undefined };

/** @param at the path of the one that is open @param children what it shows */
export function Tabs({ tabs, at, children }: { tabs: readonly Tab[]; at: string; children: ReactNode }) {
  const say = useSay();
  const may = useMay();
  const [, go] = useLocation();
  const shown = tabs.filter(({ needs }) => needs === undefined || may(needs));
  const items = shown.map(({ path, name, count }) => ({
    key: path,
    label: count ? `${say(name)} (${say({ en: '{count}', zh: '{count}' }, { count })})` : say(name),
    children: path === at ? children : null,
  }));
  return <AntTabs activeKey={at} onChange={go} items={items} destroyOnHidden />;
}
