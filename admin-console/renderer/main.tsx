// Where the page begins.

import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { takeGivenLink } from './parts/given-link.ts';
import { giveNonce } from './parts/nonce.ts';
import './design/page.css';

giveNonce();
takeGivenLink();
createRoot(document.getElementById('root') as HTMLElement).render(<App />);
