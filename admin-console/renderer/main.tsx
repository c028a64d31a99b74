// Where the page begins.

import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './design/page.css';

createRoot(document.getElementById('root')!).render(<App />);
