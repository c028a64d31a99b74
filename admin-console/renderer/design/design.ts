// The look of the console in one place: colours, type, spacing and states. Screens take what is here and name nothing of their own, so that a
// change here is a change everywhere, and light and dark stay one design.
//
//   calm      one accent, for what can be done; colour elsewhere only where it says something: right, wait, wrong
//   spacing   steps of 4 px: 4 within a line, 8 within a group, 16 between groups, 24 around a page
//   type      14 px; 20 for the name of a page, 16 for that of a card; figures stand in columns of equal width
//   states    loading keeps the shape of what comes; empty says what to do; an error says what happened and what to do next
//   colour    never alone: every state has a word or a shape beside it

import { type ThemeConfig, theme } from 'antd';

export const space = { hair: 4, small: 8, medium: 16, large: 24 } as const;
export const pageWidthPx = 1200;

const fonts =
  "Inter, 'Segoe UI', system-ui, -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif";
export const codeFonts = "ui-monospace, 'SF Mono', Consolas, 'Noto Sans Mono CJK SC', monospace";

const common: ThemeConfig = {
  token: { fontFamily: fonts, fontFamilyCode: codeFonts, fontSize: 14, borderRadius: 6, wireframe: false, controlHeight: 32 },
  components: {
    Layout: { headerHeight: 52, headerPadding: '0 24px' },
    Menu: { itemHeight: 34, itemMarginInline: 8, itemBorderRadius: 6 },
    Table: { cellPaddingBlock: 10, cellPaddingInline: 12 },
    Card: { headerFontSize: 16 },
  },
};

/** Contrast of text is at least 4.5 to 1 in both (WCAG 2.2, 1.4.3). */
export const themes: { readonly [mode in 'light' | 'dark']: ThemeConfig } = {
  light: {
    ...common,
    algorithm: theme.defaultAlgorithm,
    token: {
      ...common.token,
      colorPrimary: '#1f5fa8',
      colorLink: '#1f5fa8',
      colorBgLayout: '#f6f7f9',
      colorTextSecondary: '#55606e',
      colorTextTertiary: '#646f7d',
      colorTextDescription: '#55606e',
      colorTextPlaceholder: '#6b7683',
    },
    components: { ...common.components, Layout: { ...common.components!.Layout!, headerBg: '#ffffff', siderBg: '#ffffff' } },
  },
  dark: {
    ...common,
    algorithm: theme.darkAlgorithm,
    token: {
      ...common.token,
      colorPrimary: '#3d7cc6',
      colorLink: '#7db4f0',
      colorBgLayout: '#14171c',
      colorBgContainer: '#1b1f26',
      colorTextSecondary: '#b0b9c5',
      colorTextTertiary: '#9aa4b1',
      colorTextDescription: '#b0b9c5',
      colorTextPlaceholder: '#8d97a4',
    },
    components: {
      ...common.components,
      Layout: { ...common.components!.Layout!, headerBg: '#1b1f26', siderBg: '#1b1f26' },
      Menu: { ...common.components!.Menu!, itemSelectedColor: '#a9cdf7' },
      Tabs: { itemSelectedColor: '#a9cdf7', itemActiveColor: '#a9cdf7', itemHoverColor: '#a9cdf7' },
    },
  },
};
