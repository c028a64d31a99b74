// The styles of Ant Design's components as one file, made when the pages are built. Made in the page, each component that is met for the first time
// costs its rules, a style element and a new look at every element there is. Colours and sizes stay variables, which the page's theme sets.

import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

// By require, as their types would bring those of a page into programs of Node.
const load = createRequire(import.meta.url);
type Extract = (options: { excludes: readonly string[]; customTheme(node: unknown): unknown }) => string;

/** Named by no screen, nor by what screens name. What is not on the list comes along. */
const unused = [
  'Affix',
  'Anchor',
  'Avatar',
  'BackTop',
  'BorderBeam',
  'Calendar',
  'Carousel',
  'Cascader',
  'ColorPicker',
  'FloatButton',
  'Image',
  'Masonry',
  'Mentions',
  'Rate',
  'Result',
  'Splitter',
  'Tour',
  'Transfer',
  'TreeSelect',
  'Watermark',
];

/** A class that no page has, for the values of variables: those of the page's theme are set by the page. */
const nowhere = 'set-by-the-page';

export function antdStyles(): string {
  const { extractStyle } = load('@ant-design/static-style-extract') as { extractStyle: Extract };
  const { ConfigProvider } = load('antd') as { ConfigProvider: unknown };
  const { createElement } = load('react') as { createElement(type: unknown, properties: object, child: unknown): unknown };
  const theme = { hashed: false, cssVar: { key: nowhere } };
  const all = extractStyle({ excludes: unused, customTheme: (node) => createElement(ConfigProvider, { theme }, node) });
  // A part that makes a theme of its own within (the panel of a question) gets a class with a number.
  return all.replaceAll(new RegExp(`\\.(${nowhere}|css-var-_)[^{}]*\\{[^{}]*\\}`, 'g'), '');
}

const name = 'antd-styles.css';

/** `import 'antd-styles.css'`, before any sheet that says otherwise. */
export const antdStylesFile: Plugin = {
  name: 'holdfast-antd-styles',
  resolveId: (id) => (id === name ? `/${name}` : undefined),
  load: (id) => (id === `/${name}` ? antdStyles() : undefined),
};
