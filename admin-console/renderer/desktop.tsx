// Where the desktop console's own page begins: before a node is enrolled or somebody signed in, and when something does not go as wished.

import 'antd-styles.css';
import { App as AntApp, ConfigProvider } from 'antd';
import enGB from 'antd/locale/en_GB';
import zhCN from 'antd/locale/zh_CN';
import { useEffect, useMemo } from 'react';
import { createRoot } from 'react-dom/client';
import { themes } from './design/design.ts';
import './design/page.css';
import { giveNonce, styleNonce } from './parts/nonce.ts';
import { preferredLanguage, useDark, useKept, useMedia } from './parts/settings.ts';
import { Desktop } from './screens/desktop/desktop.tsx';
import { LanguageContext } from './words/words.ts';

function DesktopApp() {
  const [language, choose] = useKept('holdfast.language', ['en', 'zh'], preferredLanguage());
  const dark = useDark('system');
  const still = useMedia('(prefers-reduced-motion: reduce)');
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  }, [language, dark]);
  const words = useMemo(() => ({ language, choose }), [language, choose]);
  const theme = useMemo(() => {
    const chosen = themes[dark ? 'dark' : 'light'];
    return still ? { ...chosen, token: { ...chosen.token, motion: false } } : chosen;
  }, [dark, still]);
  return (
    <LanguageContext value={words}>
      <ConfigProvider theme={theme} locale={language === 'zh' ? zhCN : enGB} csp={{ nonce: styleNonce() }}>
        <AntApp style={{ height: '100%' }}>
          <Desktop />
        </AntApp>
      </ConfigProvider>
    </LanguageContext>
  );
}

giveNonce();
createRoot(document.getElementById('root') as HTMLElement).render(<DesktopApp />);
