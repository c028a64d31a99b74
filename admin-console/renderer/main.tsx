// Where the page begins.

import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { giveNonce } from './parts/nonce.ts';
import './design/page.css';

giveNonce();
createRoot(document.getElementById('root') as HTMLElement).render(<App />);
