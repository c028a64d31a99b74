// The part of Electron that the console uses, as types alone: the real one is handed in by entry.ts, and tests hand in one that behaves alike.

import type * as electron from 'electron';

export type ElectronApi = Pick<
  typeof electron,
  'app' | 'BrowserWindow' | 'dialog' | 'ipcMain' | 'Menu' | 'protocol' | 'safeStorage' | 'session' | 'shell'
>;
export type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  IpcMainInvokeEvent,
  MenuItemConstructorOptions,
  SafeStorage,
  Session,
  WebContents,
} from 'electron';
