// Where one can go: an area of one screen is a line, one of several a group that folds. It is drawn after the screen that somebody goes to, as its
// fifty lines would hold that up.

import { Menu, type MenuProps } from 'antd';
import { memo, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { areas } from './areas.tsx';
import { showWithin } from './parts/focus.ts';
import type { Screen } from './parts/screen.tsx';
import { mayOpen, useMay } from './parts/session.ts';
import { useSay } from './words/words.ts';

const words = { main: { en: 'Main', zh: '主导航' } } as const;

type Place = {
  /** The screen that is shown. */
  readonly at: Screen | undefined;
  /** The menu is a column of icons. */
  readonly narrow: boolean;
  go(path: string): void;
};

export function SideMenu({ at, narrow, go }: Place) {
  return <Lines at={useDeferredValue(at)} narrow={narrow} go={go} />;
}

const Lines = memo(function Lines({ at, narrow, go }: Place) {
  const say = useSay();
  const may = useMay();
  const items = useMemo(() => menuOf(may, say), [may, say]);
  const area = areas.find(({ screens }) => at !== undefined && screens.includes(at));
  const unfolded = useUnfolded(area?.key, at?.path, narrow);
  return (
    <nav aria-label={say(words.main)} {...unfolded.nav}>
      <Menu
        mode="inline"
        style={{ borderInlineEnd: 0 }}
        selectedKeys={at ? [at.path] : []}
        {...unfolded.menu}
        items={items}
        // A wide menu says what its lines are.
        {...(!narrow && { tooltip: false })}
        onClick={({ key }) => go(key)}
      />
    </nav>
  );
});

/** What the reader may open. */
function menuOf(may: (action: string) => boolean, say: ReturnType<typeof useSay>): NonNullable<MenuProps['items']> {
  return areas.flatMap(({ key, name, icon: Icon, screens: own }) => {
    const shown = own.filter((screen) => mayOpen(screen, may));
    const [only] = shown;
    if (!only) return [];
    if (shown.length === 1) return [{ key: only.path, icon: <Icon />, label: say(own.length === 1 ? name : only.name) }];
    return [
      {
        key,
        icon: <Icon />,
        label: say(name),
        children: shown.map(({ path, name: label }) => ({ key: path, label: say(label) })),
      },
    ];
  });
}

/**
 * Groups of the menu that are open: where one goes is opened and its line brought into sight, however one got there and whether its group was folded
 * before; save where the menu is narrow and a group would cover the page.
 */
function useUnfolded(area: string | undefined, screen: string | undefined, narrow: boolean) {
  const [openKeys, setOpenKeys] = useState<string[]>([]);
  const nav = useRef<HTMLElement>(null);
  /** Until the reader opens or folds something: then the menu stays where they have it. */
  const follows = useRef(true);
  const reveal = useCallback(() => {
    const line = nav.current?.querySelector('.ant-menu-item-selected');
    if (follows.current && nav.current && line) showWithin(nav.current, line);
  }, []);
  useEffect(() => {
    follows.current = screen !== undefined;
    reveal();
    if (area === undefined || narrow) return;
    setOpenKeys((before) => (before.includes(area) ? before : [...before, area]));
  }, [area, screen, narrow, reveal]);
  useEffect(() => {
    const list = nav.current?.firstElementChild;
    if (!list) return;
    // A line is there once its group is, which the menu draws by itself, and stands still once that has unfolded.
    const grows = new ResizeObserver(reveal);
    grows.observe(list);
    return () => grows.disconnect();
  }, [reveal]);
  const onOpenChange = (keys: string[]) => {
    follows.current = false;
    setOpenKeys(keys);
  };
  return { nav: { ref: nav }, menu: { openKeys, onOpenChange } };
}
