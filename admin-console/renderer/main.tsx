// Where the page begins.

import 'antd-styles.css';
import { createRoot } from 'react-dom/client';
import { fetchFirstScreen } from './ahead.ts';
import { App } from './app.tsx';
import { takeGivenLink } from './parts/given-link.ts';
import { giveNonce } from './parts/nonce.ts';
import './design/page.css';

fetchFirstScreen(location.pathname.slice('/console'.length));
giveNonce();
takeGivenLink();
createRoot(document.getElementById('root') as HTMLElement).render(<App />);
