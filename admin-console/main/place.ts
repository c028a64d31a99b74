// Where one node is shown: a window, and a session of its own with the node's key pinned in it. Another enrolment gets another place, so that nothing of
// the one before, not even what was thought of a certificate, is there.

import { createHash } from 'node:crypto';
import type { BrowserWindow, ElectronApi, Session } from './electron-api.ts';
import type { Enrolment } from './enrolment.ts';
import { ownPage, servePages } from './pages.ts';
import { type Pin, pinCertificates } from './pin.ts';
import { windowOptions } from './window.ts';

/** What the node calls its session's cookie. `__Host-` binds it to this very host, to TLS (or this machine) and to the whole path. */
export const sessionCookie = '__Host-holdfast';
const reachMs = 15_000;

export type PlaceParts = {
  electron: ElectronApi;
  files: { pages: string; preload: string };
  random(bytes: number): Uint8Array;
};
export type PlaceEvents = {
  /** The node gave the session another token. */
  renewed(token: string): void;
  /** It ended: signed out, or run out. */
  ended(): void;
  /** A page of the node could not be loaded. */
  failed(): void;
  crashed(): void;
  unresponsive(): void;
};

export class Place {
  readonly enrolment: Enrolment | undefined;
  readonly window: BrowserWindow;
  readonly session: Session;
  readonly #pin: Pin;
  /** The address that answered last. */
  #origin: string | undefined;

  constructor(parts: PlaceParts, enrolment: Enrolment | undefined, events: PlaceEvents) {
    const { electron, files, random } = parts;
    const { app, BrowserWindow: Window, session } = electron;
    this.enrolment = enrolment;
    this.session = session.fromPartition(partitionOf(enrolment));
    this.#pin = pinCertificates(this.session, () => enrolment);
    servePages(this.session, files.pages, random);
    this.window = new Window(windowOptions(this.session, files.preload, app.isPackaged));
    this.window.once('ready-to-show', () => this.window.show());
    this.#watch(events);
  }

  get origin(): string | undefined {
    return this.#origin;
  }

  get showsNode(): boolean {
    const url = this.window.webContents.getURL();
    return URL.canParse(url) && this.enrolment?.addresses.includes(new URL(url).origin) === true;
  }

  /** The first address that answers with the right key. */
  async reach(): Promise<'here' | 'unreachable' | 'other_key'> {
    for (const origin of this.enrolment?.addresses ?? []) {
      try {
        const { ok } = await this.fetch(`${origin}/health/live`, { signal: AbortSignal.timeout(reachMs) });
        if (!ok) continue;
        this.#origin = origin;
        return 'here';
      } catch {
        // The next one.
      }
    }
    return this.enrolment?.addresses.some((origin) => this.#pin.refusedAt(origin)) ? 'other_key' : 'unreachable';
  }

  /** Without the cookies of the pages: the main process says by itself who asks. */
  fetch(
    url: string,
    init: Omit<NonNullable<Parameters<Session['fetch']>[1]>, 'credentials' | 'redirect'> = {},
  ): Promise<Response> {
    return this.session.fetch(url, { ...init, credentials: 'omit', redirect: 'error' });
  }

  async showOwn(): Promise<void> {
    await this.window.loadURL(ownPage).catch(() => undefined);
  }

  async showNode(token: string): Promise<void> {
    const origin = this.#origin;
    if (origin === undefined) return;
    await this.session.cookies.set({
      url: origin,
      name: sessionCookie,
      value: token,
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'strict',
    });
    // What keeps it from loading is told by the window.
    await this.window.loadURL(`${origin}/console/`).catch(() => undefined);
  }

  async endSession(): Promise<void> {
    for (const origin of this.enrolment?.addresses ?? []) await this.session.cookies.remove(origin, sessionCookie);
  }

  /** Nothing of the node stays on this computer. */
  async clear(): Promise<void> {
    await this.session.clearStorageData();
    await this.session.clearCache();
  }

  #watch({ renewed, ended, failed, crashed, unresponsive }: PlaceEvents): void {
    const { webContents } = this.window;
    this.session.cookies.on('changed', (_event, cookie, cause, removed) => {
      if (cookie.name !== sessionCookie || !this.showsNode) return;
      if (!removed) return renewed(cookie.value);
      if (cause === 'explicit' || cause === 'expired' || cause === 'expired-overwrite') ended();
    });
    this.session.webRequest.onCompleted({ urls: ['*://*/api/session'] }, ({ statusCode, webContentsId }) => {
      // The page asked who is there, and nobody is.
      if (statusCode === 401 && webContentsId === webContents.id && this.showsNode) ended();
    });
    webContents.on('did-fail-load', (_event, errorCode, _description, url, isMainFrame) => {
      // -3: another address was loaded meanwhile.
      if (isMainFrame && errorCode !== -3 && this.enrolment?.addresses.some((origin) => url.startsWith(`${origin}/`))) failed();
    });
    webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') crashed();
    });
    this.window.on('unresponsive', () => unresponsive());
  }
}

function partitionOf(enrolment: Enrolment | undefined): string {
  if (!enrolment) return 'holdfast';
  return `persist:holdfast-${createHash('sha256').update(enrolment.code).digest('hex').slice(0, 16)}`;
}
