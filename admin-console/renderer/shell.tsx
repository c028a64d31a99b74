// The frame around every screen: where one can go, who one is, and whether the node is there.

import {
  AuditOutlined,
  BellOutlined,
  CheckSquareOutlined,
  ClusterOutlined,
  HomeOutlined,
  IdcardOutlined,
  MoonOutlined,
  SunOutlined,
  TeamOutlined,
  TranslationOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Dropdown, Layout, Menu, type MenuProps, Space } from 'antd';
import { type ComponentType, lazy, type ReactNode, Suspense, useContext } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { api, unwrap } from './api/client.ts';
import { space } from './design/design.ts';
import { PurposePicker, usePurpose } from './parts/purpose.tsx';
import { useHere, useMay, useSessionChanged } from './parts/session.ts';
import { ModeContext } from './parts/settings.ts';
import { Forbidden, Loading, Nothing } from './parts/states.tsx';
import { StepUp } from './parts/step-up.tsx';
import { LanguageContext, useSay, type Words } from './words/words.ts';

const words = {
  skip: { en: 'Skip to content', zh: '跳到正文' },
  main: { en: 'Main', zh: '主导航' },
  signOut: { en: 'Sign out', zh: '退出登录' },
  account: { en: 'Your account', zh: '个人账户' },
  away: {
    en: 'The node does not answer. This page goes on by itself when it is back.',
    zh: '节点没有响应，恢复后页面会自动继续。',
  },
  light: { en: 'Light', zh: '浅色' },
  dark: { en: 'Dark', zh: '深色' },
  otherLanguage: { en: '中文', zh: 'English' },
  none: { en: 'There is no such page', zh: '没有此页面' },
} as const;

type Screen = {
  readonly path: string;
  readonly name: Words;
  readonly icon: ReactNode;
  /** Any of these lets the reader in; without one everybody is. */
  readonly needs?: readonly string[];
  readonly routes: readonly (readonly [string, ComponentType])[];
};

const Home = lazy(() => import('./screens/home/home.tsx'));
const Customers = lazy(() => import('./screens/customers/customers.tsx'));
const Customer = lazy(() => import('./screens/customers/customer.tsx'));
const Approvals = lazy(() => import('./screens/approvals/approvals.tsx'));
const Alarms = lazy(() => import('./screens/alarms/alarms.tsx'));
const Rounds = lazy(() => import('./screens/rounds/rounds.tsx'));
const People = lazy(() => import('./screens/people/people.tsx'));
const Account = lazy(() => import('./screens/account/account.tsx'));

const screens: readonly Screen[] = [
  { path: '/', name: { en: 'Home', zh: '首页' }, icon: <HomeOutlined />, routes: [['/', Home]] },
  {
    path: '/customers',
    name: { en: 'Customers', zh: '客户' },
    icon: <TeamOutlined />,
    needs: ['profile.find', 'profile.read'],
    routes: [
      ['/customers', Customers],
      ['/customers/:id', Customer],
    ],
  },
  {
    path: '/approvals',
    name: { en: 'Approvals', zh: '审批' },
    icon: <CheckSquareOutlined />,
    needs: ['approval.list'],
    routes: [['/approvals', Approvals]],
  },
  {
    path: '/alarms',
    name: { en: 'Alarms', zh: '告警' },
    icon: <BellOutlined />,
    needs: ['alarms.list'],
    routes: [['/alarms', Alarms]],
  },
  {
    path: '/rounds',
    name: { en: 'Training together', zh: '联合训练' },
    icon: <ClusterOutlined />,
    needs: ['round.list'],
    routes: [['/rounds', Rounds]],
  },
  {
    path: '/people',
    name: { en: 'People', zh: '人员' },
    icon: <IdcardOutlined />,
    needs: ['people.list'],
    routes: [['/people', People]],
  },
];
const account: Screen = { path: '/account', name: words.account, icon: <AuditOutlined />, routes: [['/account', Account]] };

export function Shell() {
  const say = useSay();
  const may = useMay();
  const purpose = usePurpose();
  const [path, go] = useLocation();
  const open = (screen: Screen) => screen.needs === undefined || screen.needs.some(may);
  const shown = screens.filter(open);
  const at = [...screens].reverse().find(({ path: own }) => path === own || (own !== '/' && path.startsWith(`${own}/`)));
  return (
    <StepUp>
      <Layout style={{ height: '100%' }} hasSider>
        <a className="hf-skip" href="#main">
          {say(words.skip)}
        </a>
        <Layout.Sider width={208} breakpoint="lg" collapsedWidth={64} theme="light">
          <div className="hf-brand">Holdfast</div>
          <nav aria-label={say(words.main)}>
            <Menu
              mode="inline"
              style={{ borderInlineEnd: 0 }}
              selectedKeys={at ? [at.path] : []}
              items={shown.map(({ path: key, name, icon }) => ({ key, icon, label: say(name) }))}
              onClick={({ key }) => go(key)}
            />
          </nav>
        </Layout.Sider>
        <Layout>
          <Layout.Header>
            <Top purpose={purpose} />
          </Layout.Header>
          <NodeAway />
          <main id="main" className="hf-main" tabIndex={-1}>
            <Suspense
              fallback={
                <div className="hf-page">
                  <Loading />
                </div>
              }
            >
              <Switch>
                {[...screens, account].flatMap((screen) =>
                  screen.routes.map(([route, Screen]) => (
                    <Route key={route} path={route}>
                      {open(screen) ? <Screen /> : <Forbidden />}
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
          </main>
        </Layout>
      </Layout>
    </StepUp>
  );
}

function Top({ purpose }: { purpose: ReturnType<typeof usePurpose> }) {
  const say = useSay();
  const { person } = useHere();
  const { language, choose } = useContext(LanguageContext);
  const look = useContext(ModeContext);
  const changed = useSessionChanged();
  const [, go] = useLocation();
  const items: MenuProps['items'] = [
    { key: 'account', label: say(words.account) },
    { type: 'divider' },
    { key: 'out', label: say(words.signOut) },
  ];
  const chosen = async (key: string) => {
    if (key === 'account') return go('/account');
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
      <Dropdown menu={{ items, onClick: ({ key }) => void chosen(key) }} trigger={['click']}>
        <Button type="text" icon={<UserOutlined />}>
          {person.name}
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
    queryFn: () => unwrap(api.GET('/health/live')),
    refetchInterval: 5_000,
    retry: false,
  });
  return isError ? <Alert banner type="warning" title={say(words.away)} /> : null;
}
