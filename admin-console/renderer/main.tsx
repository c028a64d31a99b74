// Where the page begins.

import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './design/page.css';

// Some libraries make style elements and know nothing of numbers; without one the page's policy lets none in.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
const make = document.createElement.bind(document);
document.createElement = ((name: string, options?: ElementCreationOptions) => {
  const element = make(name, options);
  if (element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
}) as typeof document.createElement;

createRoot(document.getElementById('root') as HTMLElement).render(<App />);
