// Electron as the console meets it, without its binary: events that can be prevented, sessions that ask their certificate check before a byte is sent,
// cookies that tell of their changes, and the difference between what a page does and what the main process does. What it does not do is draw.

import { EventEmitter } from 'node:events';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { ElectronApi, MenuItemConstructorOptions } from './electron-api.ts';

type Handler = (...args: never[]) => unknown;
/** As Electron gives it: the same object is the event and its details. */
export type Preventable = { defaultPrevented: boolean; preventDefault(): void; [detail: string]: unknown };
export function preventable(details: object = {}): Preventable {
  const event: Preventable = {
    ...details,
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true;
    },
  };
  return event;
}

type Cookie = { name: string; value: string; secure?: boolean; httpOnly?: boolean; sameSite?: string; path?: string };

export class FakeCookies extends EventEmitter {
  readonly jar = new Map<string, Cookie>();

  async set({ url, ...cookie }: Cookie & { url: string }): Promise<void> {
    const { protocol, hostname } = new URL(url);
    const safe = protocol === 'https:' || hostname === '127.0.0.1' || hostname === 'localhost';
    // What Chromium asks of the prefix.
    if (cookie.name.startsWith('__Host-') && !(cookie.secure && cookie.path === '/' && safe))
      throw new Error('Failed to set cookie');
    const before = this.jar.get(cookie.name);
    this.jar.set(cookie.name, cookie);
    if (before) this.emit('changed', {}, before, 'overwrite', true);
    this.emit('changed', {}, cookie, 'inserted', false);
  }

  async remove(_url: string, name: string): Promise<void> {
    this.drop(name, 'explicit');
  }

  /** As by the clock, or by an answer of the node. */
  drop(name: string, cause: 'explicit' | 'expired' | 'expired-overwrite'): void {
    const cookie = this.jar.get(name);
    this.jar.delete(name);
    if (cookie) this.emit('changed', {}, cookie, cause, true);
  }
}

type Verify = (request: object, callback: (result: number) => void) => void;

export class FakeSession extends EventEmitter {
  readonly partition: string;
  readonly cookies = new FakeCookies();
  readonly handlers = new Map<string, Handler>();
  readonly schemes = new Map<string, (request: { url: string; method: string }) => Promise<Response>>();
  cleared = 0;
  /** Addresses that something was sent to. */
  readonly asked: string[] = [];
  readonly webRequest = {
    onBeforeRequest: (handler: Handler) => void this.handlers.set('onBeforeRequest', handler),
    onCompleted: (_filter: object, handler: Handler) => void this.handlers.set('onCompleted', handler),
  };
  readonly protocol = {
    handle: (scheme: string, handler: (request: { url: string; method: string }) => Promise<Response>) => {
      this.schemes.set(scheme, handler);
    },
  };

  constructor(partition: string) {
    super();
    this.partition = partition;
    for (const name of handled)
      Object.defineProperty(this, name, { value: (handler: Handler) => this.handlers.set(name, handler) });
  }

  call<T>(name: string, ...args: unknown[]): T {
    const handler = this.handlers.get(name);
    if (!handler) throw new Error(`nothing handles ${name}: Electron would allow it`);
    return (handler as (...given: unknown[]) => T)(...args);
  }

  async clearStorageData(): Promise<void> {
    this.cleared += 1;
    for (const name of [...this.cookies.jar.keys()]) this.cookies.drop(name, 'explicit');
  }

  async clearCache(): Promise<void> {}

  /** Whether a request to it would leave; as Chromium asks before any. */
  lets(url: string): boolean {
    let cancelled = false;
    this.call('onBeforeRequest', { url }, ({ cancel }: { cancel?: boolean }) => {
      cancelled = cancel === true;
    });
    return !cancelled;
  }

  /** Through real sockets. The certificate is looked at once the key exchange has proven it and before anything is sent. */
  async fetch(
    url: string,
    init: { method?: string; headers?: { [name: string]: string }; body?: string } = {},
  ): Promise<Response> {
    if (!this.lets(url)) throw new Error('net::ERR_BLOCKED_BY_CLIENT');
    const tls = url.startsWith('https:');
    const headers = { 'sec-fetch-site': 'none', 'user-agent': 'Electron', ...init.headers };
    const request = (tls ? tlsRequest : plainRequest)(url, {
      method: init.method ?? 'GET',
      headers,
      rejectUnauthorized: false,
      agent: false,
    });
    if (tls) {
      await new Promise<void>((resolve, reject) => {
        request.once('error', reject);
        request.once('socket', (socket) => socket.once('secureConnect', () => resolve()).once('error', reject));
      });
      const socket = request.socket as TLSSocket;
      if (!(await this.verify(new URL(url).hostname.replace(/^\[|\]$/g, ''), socket))) {
        request.destroy();
        throw new Error('net::ERR_FAILED');
      }
    }
    this.asked.push(url);
    const answered = new Promise<IncomingMessage>((resolve, reject) => request.once('response', resolve).once('error', reject));
    request.end(init.body);
    const response = await answered;
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return new Response(Buffer.concat(chunks), { status: response.statusCode ?? 500 });
  }

  async verify(hostname: string, socket: TLSSocket): Promise<boolean> {
    const { raw } = socket.getPeerX509Certificate() ?? {};
    const data = `-----BEGIN CERTIFICATE-----\n${raw?.toString('base64')}\n-----END CERTIFICATE-----\n`;
    return (await this.verifyCertificate(hostname, data)) === 0;
  }

  /** @param errorCode what Chromium itself thinks: -202 for an authority that nobody knows */
  verifyCertificate(hostname: string, data: string, errorCode = -202): Promise<number> {
    const proc = this.handlers.get('setCertificateVerifyProc') as Verify | undefined;
    if (!proc) return Promise.resolve(errorCode);
    return new Promise((resolve) =>
      proc({ hostname, certificate: { data }, errorCode, verificationResult: 'net::ERR' }, resolve),
    );
  }
}

const handled = [
  'setPermissionRequestHandler',
  'setPermissionCheckHandler',
  'setDevicePermissionHandler',
  'setUSBProtectedClassesHandler',
  'setBluetoothPairingHandler',
  'setDisplayMediaRequestHandler',
  'setCertificateVerifyProc',
] as const;

type WindowOpen = (details: { url: string }) => { action: string };

export class FakeContents extends EventEmitter {
  readonly id: number;
  readonly mainFrame = { url: '' };
  readonly sent: string[] = [];
  windowOpen: WindowOpen | undefined;

  constructor(id: number) {
    super();
    this.id = id;
  }

  getURL = () => this.mainFrame.url;
  send(channel: string): void {
    this.sent.push(channel);
    this.emit('sent', channel);
  }
  setWindowOpenHandler(handler: WindowOpen): void {
    this.windowOpen = handler;
  }
  /** A page goes somewhere by itself. @returns where the window is then */
  navigate(url: string, by: 'will-navigate' | 'will-redirect' | 'will-frame-navigate' = 'will-navigate'): string {
    const event = preventable({ url, isMainFrame: true });
    this.emit(by, event, url);
    if (!event.defaultPrevented) this.mainFrame.url = url;
    return this.mainFrame.url;
  }
}

export class FakeWindow extends EventEmitter {
  readonly options: { webPreferences: { [name: string]: unknown } & { session: FakeSession } };
  readonly webContents: FakeContents;
  readonly loaded: string[] = [];
  destroyed = false;
  shown = false;
  focused = 0;
  readonly #world: FakeElectron;

  constructor(world: FakeElectron, options: FakeWindow['options']) {
    super();
    this.options = options;
    this.#world = world;
    this.webContents = new FakeContents(world.windows.length + 1);
    world.windows.push(this);
    world.app.emit('web-contents-created', {}, this.webContents);
  }

  get session(): FakeSession {
    return this.options.webPreferences.session;
  }

  /** By the main process: no page is asked. Pages of the scheme come from its handler, others over the network. */
  async loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    try {
      const own = this.session.schemes.get(new URL(url).protocol.slice(0, -1));
      const { ok } = own ? await own({ url, method: 'GET' }) : await this.session.fetch(url);
      if (!ok && own) throw new Error('net::ERR_UNKNOWN_URL_SCHEME');
    } catch (error) {
      this.webContents.emit('did-fail-load', {}, -2, '', url, true);
      throw error;
    }
    this.webContents.mainFrame.url = url;
    this.emit('ready-to-show');
    this.#world.emit('loaded', url);
  }
  show(): void {
    this.shown = true;
  }
  focus(): void {
    this.focused += 1;
  }
  isMinimized = () => false;
  restore(): void {}
  getBounds = () => ({ x: 0, y: 0, width: 1280, height: 800 });
  setBounds(): void {}
  destroy(): void {
    this.destroyed = true;
    if (this.#world.windows.every(({ destroyed }) => destroyed)) this.#world.app.emit('window-all-closed');
  }
}

class FakeApp extends EventEmitter {
  isPackaged = true;
  sandboxed = false;
  ready = false;
  quits = 0;
  exits: number[] = [];
  first = true;
  languages = ['en-GB'];
  readonly userData: string;

  constructor(userData: string) {
    super();
    this.userData = userData;
  }

  enableSandbox(): void {
    if (this.ready) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.sandboxed = true;
  }
  async whenReady(): Promise<void> {
    this.ready = true;
  }
  requestSingleInstanceLock = () => this.first;
  getPath = () => this.userData;
  getPreferredSystemLanguages = () => this.languages;
  quit(): void {
    this.quits += 1;
  }
  exit(code: number): void {
    this.exits.push(code);
  }
}

/** A keyring: what it seals only it opens. */
class FakeSafeStorage {
  backend = 'gnome_libsecret';
  available = true;
  rotated = false;
  sealed = 0;

  getSelectedStorageBackend = () => this.backend;
  isAsyncEncryptionAvailable = async () => this.available;
  async encryptStringAsync(text: string): Promise<Buffer> {
    if (!this.available) throw new Error('Error while encrypting the text provided to safeStorage.encryptStringAsync.');
    this.sealed += 1;
    return Buffer.from([...Buffer.from(text)].map((byte) => byte ^ 0xa5));
  }
  async decryptStringAsync(bytes: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    if (!this.available) throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.');
    return { result: Buffer.from([...bytes].map((byte) => byte ^ 0xa5)).toString(), shouldReEncrypt: this.rotated };
  }
}

type Invoke = (event: object, payload: unknown) => Promise<unknown>;

export class FakeElectron extends EventEmitter {
  readonly app: FakeApp;
  readonly windows: FakeWindow[] = [];
  readonly sessions = new Map<string, FakeSession>();
  readonly safeStorage = new FakeSafeStorage();
  readonly channels = new Map<string, Invoke>();
  readonly opened: string[] = [];
  readonly privileged: { scheme: string; privileges: { [name: string]: boolean } }[] = [];
  menu: MenuItemConstructorOptions[] = [];
  /** What a person answers a dialog with. */
  answer = 1;
  readonly errors: string[] = [];
  /** What the system does with an address. */
  browser: (url: string) => Promise<void> = async () => undefined;

  constructor(userData: string) {
    super();
    this.app = new FakeApp(userData);
  }

  get window(): FakeWindow {
    const standing = this.windows.filter(({ destroyed }) => !destroyed).at(-1);
    if (!standing) throw new Error('no window is open');
    return standing;
  }

  /** What the console is given. */
  get api(): ElectronApi {
    const world = this;
    const api = {
      app: this.app,
      BrowserWindow: class extends FakeWindow {
        constructor(options: FakeWindow['options']) {
          super(world, options);
        }
      },
      dialog: {
        showMessageBox: async () => ({ response: this.answer }),
        showErrorBox: (title: string) => this.errors.push(title),
      },
      ipcMain: { handle: (channel: string, handler: Invoke) => this.channels.set(channel, handler) },
      Menu: {
        buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
        setApplicationMenu: (menu: MenuItemConstructorOptions[]) => {
          this.menu = menu;
        },
      },
      protocol: {
        registerSchemesAsPrivileged: (schemes: FakeElectron['privileged']) => {
          if (this.app.ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
          this.privileged.push(...schemes);
        },
      },
      safeStorage: this.safeStorage,
      session: { fromPartition: (partition: string) => this.#sessionOf(partition) },
      shell: {
        openExternal: async (url: string) => {
          this.opened.push(url);
          await this.browser(url);
        },
      },
    };
    return api as unknown as ElectronApi;
  }

  /** As `ipcRenderer.invoke` of the window's page, or of another sender. */
  async ask<T>(channel: string, payload: unknown = {}, from?: { sender?: object; senderFrame?: object | null }): Promise<T> {
    const handler = this.channels.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    const { webContents } = this.window;
    return (await handler({ sender: webContents, senderFrame: webContents.mainFrame, ...from }, payload)) as T;
  }

  /** Once it is so; looked at whenever something was loaded or said. */
  async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  #sessionOf(partition: string): FakeSession {
    const known = this.sessions.get(partition);
    if (known) return known;
    if (!this.app.ready) throw new Error('Session can only be received when app is ready');
    const made = new FakeSession(partition);
    this.sessions.set(partition, made);
    this.app.emit('session-created', made);
    return made;
  }
}
