// Where Electron begins: hands itself to the console and says where its files lie. Everything else is in console.ts, which tests run without it.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, safeStorage, session, shell } from 'electron';
import { startConsole } from './console.ts';

const folder = app.getAppPath();
// Not awaited at the top: Electron is ready once this file has run, and no sooner.
startConsole({
  electron: { app, BrowserWindow, dialog, ipcMain, Menu, protocol, safeStorage, session, shell },
  files: { pages: join(folder, 'pages'), preload: join(folder, 'preload.cjs') },
  random: (bytes) => randomBytes(bytes),
  platform: process.platform,
}).catch((error: unknown) => {
  dialog.showErrorBox('Holdfast', error instanceof Error ? error.message : String(error));
  app.exit(1);
});
