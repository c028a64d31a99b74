// The frame around every screen: where one can go, who one is, and whether the node is there.

import { MoonOutlined, SunOutlined, TranslationOutlined, UserOutlined } from '@ant-design/icons';
import { Alert, Button, Dropdown, Layout, Menu, type MenuProps, Space } from 'antd';
import { Suspense, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { ScreensAhead, screenAt } from './ahead.ts';
import { api, unwrap } from './api/client.ts';
import { areaLetters, areas, unlisted } from './areas.tsx';
import { space } from './design/design.ts';
import { useQuery } from './parts/ask.ts';
import { Boundary } from './parts/boundary.tsx';
import { keepFocus, showWithin } from './parts/focus.ts';
import { PurposePicker, usePurpose } from './parts/purpose.tsx';
import { Drawn, type Screen } from './parts/screen.tsx';
import { useHere, useMay, useSessionChanged } from './parts/session.ts';
import { ModeContext } from './parts/settings.ts';
import { type Place, Shortcuts } from './parts/shortcuts.tsx';
import { Forbidden, Loading, Nothing } from './parts/states.tsx';
import { StepUp } from './parts/step-up.tsx';
import { LanguageContext, useSay } from './words/words.ts';

const words = {
  skip: { en: 'Skip to content', zh: '跳到正文' },
  main: { en: 'Main', zh: '主导航' },
  signOut: { en: 'Sign out', zh: '退出登录' },
  account: { en: 'Your account', zh: '个人账户' },
  keys: { en: 'Keyboard', zh: '键盘操作' },
  away: {
    en: 'The node does not answer. This page goes on by itself when it is back.',
    zh: '节点没有响应，恢复后页面会自动继续。',
  },
  light: { en: 'Light', zh: '浅色' },
  dark: { en: 'Dark', zh: '深色' },
  otherLanguage: { en: '中文', zh: 'English' },
  none: { en: 'There is no such page', zh: '没有此页面' },
} as const;

const open = (screen: Screen, may: (action: string) => boolean) => screen.needs === undefined || screen.needs.some(may);
const screens = areas.flatMap((area) => area.screens);

/** What the reader may open: an area of one screen is a line of its own, one of several is a group that folds. */
function menuOf(may: (action: string) => boolean, say: ReturnType<typeof useSay>): NonNullable<MenuProps['items']> {
  return areas.flatMap(({ key, name, icon: Icon, screens: own }) => {
    const shown = own.filter((screen) => open(screen, may));
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

/** The first screen of each area that the reader may open, by its letter. */
const placesOf = (may: (action: string) => boolean, go: (path: string) => void): Place[] =>
  areas.flatMap(({ key, name, screens: own }) => {
    const first = own.find((screen) => open(screen, may));
    const letter = areaLetters[key];
    return first && letter ? [{ letter, name, go: () => go(first.path) }] : [];
  });

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

const content = () => document.getElementById('main');

export function Shell() {
  const say = useSay();
  const may = useMay();
  const purpose = usePurpose();
  const [path, go] = useLocation();
  const [listed, setListed] = useState(false);
  const [narrow, setNarrow] = useState(false);
  useEffect(() => keepFocus(content), []);
  const at = screenAt(path, screens);
  const area = areas.find(({ screens: own }) => at !== undefined && own.includes(at));
  const unfolded = useUnfolded(area?.key, at?.path, narrow);
  return (
    <StepUp>
      <Layout style={{ height: '100%' }} hasSider>
        <a className="hf-skip" href="#main">
          {say(words.skip)}
        </a>
        <Layout.Sider width={208} breakpoint="lg" collapsedWidth={64} theme="light" onCollapse={setNarrow}>
          <div className="hf-brand">Holdfast</div>
          <nav aria-label={say(words.main)} {...unfolded.nav}>
            <Menu
              mode="inline"
              style={{ borderInlineEnd: 0 }}
              selectedKeys={at ? [at.path] : []}
              {...unfolded.menu}
              items={menuOf(may, say)}
              onClick={({ key }) => go(key)}
            />
          </nav>
        </Layout.Sider>
        <Layout>
          <Layout.Header>
            <Top purpose={purpose} showKeys={() => setListed(true)} />
          </Layout.Header>
          <NodeAway />
          <main id="main" className="hf-main" tabIndex={-1}>
            <Boundary place={path}>
              <Suspense
                fallback={
                  <div className="hf-page">
                    <Loading />
                  </div>
                }
              >
                <Switch>
                  {[...screens, ...unlisted].flatMap((screen) =>
                    screen.routes.map(([route, one]) => (
                      <Route key={route} path={route}>
                        {open(screen, may) ? <Drawn screen={one} /> : <Forbidden />}
                      </Route>
                    )),
                  )}
                  <Route path="/index.html">
                    <Redirect to="/" />
                  </Route>
                  <Route>
                    <div className="hf-page">
                      <Nothing what={words.none} />
                    </div>
                  </Route>
                </Switch>
              </Suspense>
            </Boundary>
          </main>
        </Layout>
      </Layout>
      <ScreensAhead wanted={screens.filter((screen) => open(screen, may))} />
      <Shortcuts
        places={placesOf(may, go)}
        find={may('profile.find') ? () => go('/customers') : undefined}
        open={listed}
        setOpen={setListed}
      />
    </StepUp>
  );
}

function Top({ purpose, showKeys }: { purpose: ReturnType<typeof usePurpose>; showKeys(): void }) {
  const say = useSay();
  const { person } = useHere();
  const { language, choose } = useContext(LanguageContext);
  const look = useContext(ModeContext);
  const changed = useSessionChanged();
  const [, go] = useLocation();
  const items: MenuProps['items'] = [
    { key: 'account', label: say(words.account) },
    { key: 'keys', label: say(words.keys) },
    { type: 'divider' },
    { key: 'out', label: say(words.signOut) },
  ];
  const chosen = async (key: string) => {
    if (key === 'account') return go('/account');
    if (key === 'keys') return showKeys();
    await unwrap(api.DELETE('/api/session', { params: { query: { everywhere: false } } }));
    await changed();
  };
  return (
    <Space style={{ width: '100%', justifyContent: 'flex-end' }} size={space.small}>
      <PurposePicker of={purpose} />
      <Button type="text" icon={<TranslationOutlined />} onClick={() => choose(language === 'en' ? 'zh' : 'en')}>
        {say(words.otherLanguage)}
      </Button>
      <Button
        type="text"
        icon={look.dark ? <SunOutlined /> : <MoonOutlined />}
        aria-label={say(look.dark ? words.light : words.dark)}
        onClick={() => look.choose(look.dark ? 'light' : 'dark')}
      />
      <Dropdown autoFocus menu={{ items, onClick: ({ key }) => void chosen(key) }} trigger={['click']}>
        <Button type="text" icon={<UserOutlined />}>
          <span className="hf-name">{person.name}</span>
        </Button>
      </Dropdown>
    </Space>
  );
}

/** Asked every few seconds, so that a page that stands open says what it shows is old. */
function NodeAway() {
  const say = useSay();
  const { isError } = useQuery({
    queryKey: ['health', 'live'],
    queryFn: ({ signal }) => unwrap(api.GET('/health/live', { signal })),
    refetchInterval: 5_000,
    retry: false,
  });
  return isError ? <Alert banner type="warning" title={say(words.away)} /> : null;
}
