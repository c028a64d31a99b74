// The frame around every screen: where one can go, who one is, and whether the node is there.

import { MoonOutlined, SunOutlined, TranslationOutlined, UserOutlined } from '@ant-design/icons';
import { Button, Dropdown, Layout, type MenuProps, Space } from 'antd';
import { memo, Suspense, useCallback, useContext, useEffect, useState } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { ScreensAhead, screenAt } from './ahead.ts';
import { api, unwrap } from './api/client.ts';
import { areaLetters, areas, unlisted } from './areas.tsx';
import { space } from './design/design.ts';
import { SideMenu } from './menu.tsx';
import { Boundary } from './parts/boundary.tsx';
import { keepFocus } from './parts/focus.ts';
import { NodeAway } from './parts/node-state.tsx';
import { PurposePicker, usePurpose } from './parts/purpose.tsx';
import { Drawn } from './parts/screen.tsx';
import { mayOpen, useHere, useMay, useSessionChanged } from './parts/session.ts';
import { ModeContext } from './parts/settings.ts';
import { type Place, Shortcuts } from './parts/shortcuts.tsx';
import { Forbidden, Loading, Nothing } from './parts/states.tsx';
import { StepUp } from './parts/step-up.tsx';
import { LanguageContext, useSay } from './words/words.ts';

const words = {
  skip: { en: 'Skip to content', zh: '跳到正文' },
  signOut: { en: 'Sign out', zh: '退出登录' },
  account: { en: 'Your account', zh: '个人账户' },
  keys: { en: 'Keyboard', zh: '键盘操作' },
  light: { en: 'Light', zh: '浅色' },
  dark: { en: 'Dark', zh: '深色' },
  otherLanguage: { en: '中文', zh: 'English' },
  none: { en: 'There is no such page', zh: '没有此页面' },
} as const;

const screens = areas.flatMap((area) => area.screens);

/** The first screen of each area that the reader may open, by its letter. */
const placesOf = (may: (action: string) => boolean, go: (path: string) => void): Place[] =>
  areas.flatMap(({ key, name, screens: own }) => {
    const first = own.find((screen) => mayOpen(screen, may));
    const letter = areaLetters[key];
    return first && letter ? [{ letter, name, go: () => go(first.path) }] : [];
  });

const content = () => document.getElementById('main');

export function Shell() {
  const say = useSay();
  const may = useMay();
  const purpose = usePurpose();
  const [path, go] = useLocation();
  const [listed, setListed] = useState(false);
  const [narrow, setNarrow] = useState(false);
  useEffect(() => keepFocus(content), []);
  const showKeys = useCallback(() => setListed(true), []);
  const at = screenAt(path, screens);
  return (
    <StepUp>
      <Layout style={{ height: '100%' }} hasSider>
        <a className="hf-skip" href="#main">
          {say(words.skip)}
        </a>
        <Layout.Sider width={208} breakpoint="lg" collapsedWidth={64} theme="light" onCollapse={setNarrow}>
          <div className="hf-brand">Holdfast</div>
          <SideMenu at={at} narrow={narrow} go={go} />
        </Layout.Sider>
        <Layout>
          <Layout.Header>
            <Top purpose={purpose} showKeys={showKeys} go={go} />
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
                        {mayOpen(screen, may) ? <Drawn screen={one} /> : <Forbidden />}
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
      <ScreensAhead wanted={screens.filter((screen) => mayOpen(screen, may))} />
      <Shortcuts
        places={placesOf(may, go)}
        find={may('profile.find') ? () => go('/customers') : undefined}
        open={listed}
        setOpen={setListed}
      />
    </StepUp>
  );
}

type AtTop = { purpose: ReturnType<typeof usePurpose>; showKeys(): void; go(path: string): void };

/** The same on every screen: not drawn again with each. */
const Top = memo(function Top({ purpose, showKeys, go }: AtTop) {
  const say = useSay();
  const { person } = useHere();
  const { language, choose } = useContext(LanguageContext);
  const look = useContext(ModeContext);
  const changed = useSessionChanged();
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
});
