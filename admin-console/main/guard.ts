// What pages may not do, set before any is shown: no permission but copying text, no device, no way out of the enrolled node's own origin, no window
// of their own, no request to anybody else. Everything is refused unless it is named here.

import type { ElectronApi, Session, WebContents } from './electron-api.ts';
import { isOwn } from './ipc.ts';

export type GuardParts = {
  electron: Pick<ElectronApi, 'app' | 'shell'>;
  /** Origins of the enrolled node; none before. */
  origins(): readonly string[];
};

/** Copying a recovery code or a link is all that the console asks of the system. */
const granted = 'clipboard-sanitized-write';

/** Call it before the application is ready, so that nothing comes first. */
export function guardEverything(parts: GuardParts): void {
  const { app } = parts.electron;
  app.enableSandbox();
  app.on('session-created', (session) => guardSession(session, parts));
  app.on('web-contents-created', (_event, contents) => guardContents(contents, parts));
  // Nobody is asked for a password or a certificate in the name of a site.
  app.on('login', (event, _contents, _details, _auth, callback) => {
    event.preventDefault();
    callback();
  });
  app.on('select-client-certificate', (event, _contents, _url, _list, callback) => {
    event.preventDefault();
    callback();
  });
}

const isOf = (url: string, { origins }: GuardParts): boolean => URL.canParse(url) && origins().includes(new URL(url).origin);

function guardSession(session: Session, parts: GuardParts): void {
  session.setPermissionRequestHandler((contents, permission, callback, details) =>
    callback(permission === granted && details.isMainFrame && isOf(contents.getURL(), parts)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => permission === granted && isOf(origin, parts));
  session.setDevicePermissionHandler(() => false);
  session.setUSBProtectedClassesHandler(({ protectedClasses }) => protectedClasses);
  session.setBluetoothPairingHandler((_details, callback) => callback({ confirmed: false }));
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
  session.on('select-hid-device', (event, _details, callback) => {
    event.preventDefault();
    callback(null);
  });
  session.on('select-serial-port', (event, _ports, _contents, callback) => {
    event.preventDefault();
    callback('');
  });
  session.on('select-usb-device', (event, _details, callback) => {
    event.preventDefault();
    callback();
  });
  // Downloads are the node's own files, where the person says; nothing of elsewhere is saved.
  session.on('will-download', (event, item) => {
    const url = item.getURL().replace(/^blob:/, '');
    if (!isOf(url, parts)) event.preventDefault();
  });
  session.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !mayAsk(url, parts) }));
}

/** The node and the console's own pages; what a page has in its memory. The inspector's own pages are not there in a packaged console. */
function mayAsk(url: string, parts: GuardParts): boolean {
  if (!URL.canParse(url)) return false;
  const parsed = new URL(url);
  if (parsed.protocol === 'blob:') return isOf(parsed.pathname, parts) || parsed.pathname.startsWith('app://');
  if (parsed.protocol === 'data:') return true;
  if (parsed.protocol === 'devtools:') return !parts.electron.app.isPackaged;
  return isOwn(parsed) || isOf(url, parts);
}

function guardContents(contents: WebContents, parts: GuardParts): void {
  const stay = (event: { url: string; preventDefault(): void }) => {
    if (!mayGo(contents.getURL(), event.url, parts)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('select-bluetooth-device', (event, _devices, callback) => {
    event.preventDefault();
    callback('');
  });
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url, parts).catch(() => undefined);
    return { action: 'deny' };
  });
}

/** A page stays where it is; only the main process takes the window from its own page to the node and back. */
function mayGo(from: string, to: string, parts: GuardParts): boolean {
  if (!URL.canParse(from) || !URL.canParse(to)) return false;
  const [here, there] = [new URL(from), new URL(to)];
  if (isOwn(here)) return isOwn(there);
  return isOf(to, parts) && here.origin === there.origin;
}

/**
 * Hands an address to the system's browser: the enrolled node's own, over TLS or on this machine, and no other.
 * @returns whether it was handed over
 */
export async function openOutside(url: string, parts: GuardParts): Promise<boolean> {
  if (!URL.canParse(url)) return false;
  const parsed = new URL(url);
  if (parsed.username !== '' || parsed.password !== '' || !isOf(parsed.href, parts)) return false;
  await parts.electron.shell.openExternal(parsed.href);
  return true;
}
