// The window and its menu: what pages in it run as, and the few things that a person does to the console itself.

import type { BrowserWindowConstructorOptions, ElectronApi, MenuItemConstructorOptions, Session } from './electron-api.ts';
import { type Language, type Words, words } from './words.ts';

/** Every choice is written down, also where it is Electron's own today. */
export function windowOptions(session: Session, preload: string, isPackaged: boolean): BrowserWindowConstructorOptions {
  return {
    width: 1280,
    height: 800,
    minWidth: 800,
    minHeight: 600,
    show: false,
    title: 'Holdfast',
    webPreferences: {
      session,
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      // It would fetch word lists from the internet, and learn customers' names.
      spellcheck: false,
      devTools: !isPackaged,
    },
  };
}

export type MenuActs = { again(): void; signInAgain(): void; forget(): void };

export function setMenu(
  { Menu }: Pick<ElectronApi, 'Menu'>,
  language: Language,
  platform: NodeJS.Platform,
  acts: MenuActs,
): void {
  const say = (given: Words) => given[language];
  const of = (role: NonNullable<MenuItemConstructorOptions['role']>, given: Words): MenuItemConstructorOptions => ({
    role,
    label: say(given),
  });
  const line = { type: 'separator' } as const;
  const template: MenuItemConstructorOptions[] = [
    ...(platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: say(words.node),
      submenu: [
        { label: say(words.again), accelerator: 'CmdOrCtrl+R', click: () => acts.again() },
        { label: say(words.signInAgain), click: () => acts.signInAgain() },
        line,
        { label: say(words.forget), click: () => acts.forget() },
        ...(platform === 'darwin' ? [] : [line, of('quit', words.quit)]),
      ],
    },
    {
      label: say(words.edit),
      submenu: [
        ...[of('undo', words.undo), of('redo', words.redo), line],
        ...[of('cut', words.cut), of('copy', words.copy), of('paste', words.paste), of('selectAll', words.all)],
      ],
    },
    {
      label: say(words.view),
      submenu: [
        ...[of('resetZoom', words.actual), of('zoomIn', words.larger), of('zoomOut', words.smaller), line],
        of('togglefullscreen', words.full),
      ],
    },
    { label: say(words.window), submenu: [of('minimize', words.minimise), of('close', words.close)] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

/** @returns whether it is to be forgotten */
export async function askForget({ dialog }: Pick<ElectronApi, 'dialog'>, language: Language): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: words.forgetQuestion[language],
    detail: words.forgetDetail[language],
    buttons: [words.forgetYes[language], words.cancel[language]],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}

/** @returns whether it is to be loaded again */
export async function askUnresponsive({ dialog }: Pick<ElectronApi, 'dialog'>, language: Language): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    message: words.unresponsive[language],
    buttons: [words.wait[language], words.again[language]],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}
