// Puts the console together: its look and language, its one cache of answers, and which of three doors the reader stands before: a node that is
// sealed, a node where they are not signed in, or the console itself.

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import enGB from 'antd/locale/en_GB';
import zhCN from 'antd/locale/zh_CN';
import { useEffect, useMemo } from 'react';
import { Router } from 'wouter';
import { useFirstScreen } from './ahead.ts';
import { ApiFault, isFault, speak } from './api/client.ts';
import { themes } from './design/design.ts';
import { useGivenLink } from './parts/given-link.ts';
import { useReturn } from './parts/node-state.tsx';
import { styleNonce } from './parts/nonce.ts';
import { HereContext, sessionKey, useActions, useSession } from './parts/session.ts';
import { ModeContext, preferredLanguage, useDark, useKept, useMedia } from './parts/settings.ts';
import { Loading, Wrong } from './parts/states.tsx';
import { OtherThanGiven } from './screens/door/by-link.tsx';
import { Sealed } from './screens/door/sealed.tsx';
import { SignIn } from './screens/door/sign-in.tsx';
import { Shell } from './shell.tsx';
import { LanguageContext } from './words/words.ts';

const retryMs = 2_000;
const passing = new Set(['unreachable', 'too_busy', 'stopping', 'timed_out', 'upgrading']);

const client: QueryClient = new QueryClient({
  // Any answer may be the one that says that the session is over or the node was sealed: then the door is asked again.
  queryCache: new QueryCache({
    onError: (error) => {
      if (isFault(error, 'unauthenticated') || isFault(error, 'sealed'))
        void client.invalidateQueries({ queryKey: sessionKey, exact: true });
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retryDelay: retryMs,
      retry: (count, error) => error instanceof ApiFault && passing.has(error.code) && count < 30,
    },
  },
});

export function App() {
  const [language, chooseLanguage] = useKept('holdfast.language', ['en', 'zh'], preferredLanguage());
  const [mode, chooseMode] = useKept('holdfast.mode', ['light', 'dark', 'system'], 'system');
  const dark = useDark(mode);
  const still = useMedia('(prefers-reduced-motion: reduce)');
  speak(language);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  }, [language, dark]);
  const words = useMemo(
    () => ({
      language,
      choose: (next: typeof language) => {
        chooseLanguage(next);
        // What the node said, it said in the other language.
        speak(next);
        void client.invalidateQueries();
      },
    }),
    [language, chooseLanguage],
  );
  const look = useMemo(() => ({ mode, choose: chooseMode, dark }), [mode, chooseMode, dark]);
  const theme = useMemo(() => {
    const chosen = themes[dark ? 'dark' : 'light'];
    return still ? { ...chosen, token: { ...chosen.token, motion: false } } : chosen;
  }, [dark, still]);
  return (
    <LanguageContext value={words}>
      <ModeContext value={look}>
        <ConfigProvider theme={theme} locale={language === 'zh' ? zhCN : enGB} csp={{ nonce: styleNonce() }}>
          <AntApp style={{ height: '100%' }}>
            <QueryClientProvider client={client}>
              <Router base="/console">
                <Door />
              </Router>
            </QueryClientProvider>
          </AntApp>
        </ConfigProvider>
      </ModeContext>
    </LanguageContext>
  );
}

function Door() {
  const session = useSession();
  const given = useGivenLink();
  const state = session.data?.state;
  const signedIn = state === 'signed_in';
  const actions = useActions(signedIn);
  const isFetched = useFirstScreen();
  const here = useMemo(
    () => (session.data?.person && actions.data ? { person: session.data.person, ...actions.data } : undefined),
    [session.data, actions.data],
  );
  useReturn(session.isError || state === 'sealed');
  if (state === 'sealed') return <Sealed />;
  if (session.isPending) return <Waiting />;
  if (session.data === undefined) return <Wrong error={session.error} again={() => void session.refetch()} />;
  if (!signedIn) return <SignIn state={state} />;
  if (!here) return actions.error ? <Wrong error={actions.error} again={() => void actions.refetch()} /> : <Waiting />;
  if (!isFetched) return <Waiting />;
  if (given) return <OtherThanGiven name={here.person.name} />;
  return (
    <HereContext value={here}>
      <Shell />
    </HereContext>
  );
}

const Waiting = () => (
  <div className="hf-door">
    <div className="hf-door-card">
      <Loading />
    </div>
  </div>
);
