// What the main process itself says, in menus, dialogs and on the page that the browser ends at; both languages beside each other.

export type Language = 'en' | 'zh';
export type Words = { readonly en: string; readonly zh: string };

/** @param tags as the system prefers them, the first first */
export const languageOf = (tags: readonly string[]): Language => (/^zh/i.test(tags[0] ?? '') ? 'zh' : 'en');

export const words = {
  node: { en: 'Node', zh: '节点' },
  again: { en: 'Load Again', zh: '重新加载' },
  signInAgain: { en: 'Sign In Again', zh: '重新登录' },
  forget: { en: 'Forget This Node…', zh: '移除此节点…' },
  forgetQuestion: { en: 'Forget this node?', zh: '移除此节点？' },
  forgetDetail: {
    en: 'You are signed out here, and what this computer keeps of the node is deleted. To come back you need its enrolment code.',
    zh: '您将在此处退出登录，本机保存的该节点信息会被删除。再次使用需要登记码。',
  },
  forgetYes: { en: 'Forget', zh: '移除' },
  cancel: { en: 'Cancel', zh: '取消' },
  unresponsive: { en: 'The page does not respond.', zh: '页面没有响应。' },
  wait: { en: 'Wait', zh: '等待' },
  stopped: { en: 'Holdfast stopped', zh: '桌面控制台已停止' },
  stoppedDetail: {
    en: 'Its own page failed several times. Start it again; if that does not help, install it again.',
    zh: '自身页面多次出错。请重新启动；如仍无效，请重新安装。',
  },
  letIn: { en: 'The desktop console is signed in. You can close this page.', zh: '桌面控制台已登录，可以关闭此页面。' },
  notLetIn: {
    en: 'The desktop console was not let in. You can close this page.',
    zh: '未允许桌面控制台登录，可以关闭此页面。',
  },
  notFromHere: {
    en: 'This sign-in was not begun by the desktop console on this computer, or is over.',
    zh: '本次登录并非由本机的桌面控制台发起，或已结束。',
  },
  edit: { en: 'Edit', zh: '编辑' },
  view: { en: 'View', zh: '视图' },
  window: { en: 'Window', zh: '窗口' },
  undo: { en: 'Undo', zh: '撤销' },
  redo: { en: 'Redo', zh: '重做' },
  cut: { en: 'Cut', zh: '剪切' },
  copy: { en: 'Copy', zh: '复制' },
  paste: { en: 'Paste', zh: '粘贴' },
  all: { en: 'Select All', zh: '全选' },
  actual: { en: 'Actual Size', zh: '实际大小' },
  larger: { en: 'Zoom In', zh: '放大' },
  smaller: { en: 'Zoom Out', zh: '缩小' },
  full: { en: 'Full Screen', zh: '全屏' },
  minimise: { en: 'Minimise', zh: '最小化' },
  close: { en: 'Close', zh: '关闭' },
  quit: { en: 'Quit', zh: '退出' },
} as const satisfies { readonly [name: string]: Words };
