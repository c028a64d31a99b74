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
  // Components have their styles from a file that is built with the pages (antd-styles.ts).
  zeroRuntime: true,
  hashed: false,
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
      colorPrimaryHover: '#2a6cb8',
      colorError: '#c8211b',
      colorErrorHover: '#b01d18',
      colorLink: '#1f5fa8',
      colorBgLayout: '#f6f7f9',
      colorTextSecondary: '#55606e',
      colorTextTertiary: '#646f7d',
      colorTextDescription: '#55606e',
      colorTextPlaceholder: '#6b7683',
      colorLinkHover: '#174f8c',
    },
    components: { ...common.components, Layout: { ...common.components!.Layout!, headerBg: '#ffffff', siderBg: '#ffffff' } },
  },
  dark: {
    ...common,
    algorithm: theme.darkAlgorithm,
    token: {
      ...common.token,
      colorPrimary: '#3d7cc6',
      colorPrimaryHover: '#3570b5',
      colorError: '#ff8a83',
      colorErrorHover: '#ffa39d',
      colorLink: '#7db4f0',
      colorBgLayout: '#14171c',
      colorBgContainer: '#1b1f26',
      colorTextSecondary: '#b0b9c5',
      colorTextTertiary: '#9aa4b1',
      colorTextDescription: '#b0b9c5',
      colorTextPlaceholder: '#8d97a4',
      colorLinkHover: '#a9cdf7',
    },
    components: {
      ...common.components,
      Layout: { ...common.components!.Layout!, headerBg: '#1b1f26', siderBg: '#1b1f26' },
      // On what is dangerous, which is light in the dark.
      Button: {
        dangerColor: '#2a0f0e',
        defaultHoverColor: '#a9cdf7',
        defaultHoverBorderColor: '#7db4f0',
        defaultActiveColor: '#a9cdf7',
      },
      Menu: { ...common.components!.Menu!, itemSelectedColor: '#a9cdf7', subMenuItemSelectedColor: '#a9cdf7' },
      Tabs: { itemSelectedColor: '#a9cdf7', itemActiveColor: '#a9cdf7', itemHoverColor: '#a9cdf7' },
      Table: { ...common.components!.Table!, rowSelectedBg: '#1c2733', rowSelectedHoverBg: '#1f2c3a' },
    },
  },
};

/** Marks of a state, by what it says: text and ground of at least 4.5 to 1, since they are small. */
export const tones = {
  good: { light: ['#1d6b12', '#e8f6e1'], dark: ['#a5e394', '#1d3117'] },
  wait: { light: ['#744900', '#fff2cf'], dark: ['#f3cf7a', '#362a0f'] },
  bad: { light: ['#a3120d', '#fdebea'], dark: ['#ffb0ab', '#3d1a19'] },
  note: { light: ['#174f8c', '#e6f0fb'], dark: ['#a9cdf7', '#17293d'] },
} as const satisfies { readonly [tone: string]: { readonly [mode in 'light' | 'dark']: readonly [string, string] } };
export type Tone = keyof typeof tones;

/** Of charts: series in an order that the colour-blind tell apart (after Okabe and Ito), lines and letters of both grounds. */
export const palettes = {
  light: {
    series: ['#1f5fa8', '#c2571a', '#00785a', '#9c4d84', '#8a6d00', '#2f8fc4', '#55606e'],
    text: '#55606e',
    strong: '#1b1f26',
    line: '#c5ccd5',
    faint: '#e8ebef',
    ground: '#ffffff',
  },
  dark: {
    series: ['#7db4f0', '#f0995c', '#4fc9a4', '#d99ac5', '#e3c34f', '#7fd0f5', '#b0b9c5'],
    text: '#b0b9c5',
    strong: '#e8ebef',
    line: '#3c4450',
    faint: '#2a303a',
    ground: '#1b1f26',
  },
} as const;
