// The one table of what the console's own page may ask of the main process: channel, what goes in, what comes out. The preload hands out exactly
// this, the main process answers exactly this, to that page alone; the node's pages have no bridge at all.

import type { ElectronApi, IpcMainInvokeEvent, WebContents } from './electron-api.ts';

/** Where the console's own page lives: a scheme of its own, so that no file of the disk is an address. */
export const ownScheme = 'app';
export const ownOrigin = `${ownScheme}://console`;

/** Signs of the longest enrolment code there is: four names of 253 letters. */
export const codeLengthMax = 2_200;

/** Why something did not go as wished; the page has the words. */
export const problems = [
  'code_mistyped',
  'code_newer',
  'unreachable',
  'other_key',
  'sign_in_refused',
  'sign_in_timed_out',
  'no_browser',
  'crashed',
] as const;
export type Problem = (typeof problems)[number];

export type State = {
  /** `waiting`: the browser has the word. `opening`: on the way to the node's pages. */
  readonly stage: 'enrol' | 'sign-in' | 'waiting' | 'opening';
  /** The node that is enrolled. */
  readonly node?: { readonly address: string; readonly plain: boolean };
  /** Whether this computer has a keyring that keeps one signed in over a restart. */
  readonly keeps: boolean;
  readonly problem?: Problem;
};

/** A request is an object of exactly these fields, or nothing. */
type Field = { readonly type: 'text'; readonly lengthMax: number };
type Request = { readonly [name: string]: Field };
const nothing = {} as const satisfies Request;

export const ipc = {
  'console:state': nothing,
  'console:enrol': { code: { type: 'text', lengthMax: codeLengthMax } },
  'console:sign-in': nothing,
  'console:cancel': nothing,
  'console:again': nothing,
  'console:forget': nothing,
} as const satisfies { readonly [channel: string]: Request };
/** Said to the page when its state is another; it asks then. */
export const changedChannel = 'console:changed';

export type Channel = keyof typeof ipc;
export type Payload<Of extends Channel> = { readonly [name in keyof (typeof ipc)[Of]]: string };
export type Handlers = { readonly [Of in Channel]: (payload: Payload<Of>) => Promise<State> };

/** What the page sees as `window.holdfast`. */
export type Bridge = {
  readonly ask: <Of extends Channel>(channel: Of, payload: Payload<Of>) => Promise<State>;
  /** @returns stops listening */
  readonly onChanged: (listener: () => void) => () => void;
};

/** @throws {TypeError} to whoever asks from elsewhere, or in another shape */
export function serveIpc(
  { ipcMain }: Pick<ElectronApi, 'ipcMain'>,
  own: () => WebContents | undefined,
  handlers: Handlers,
): void {
  const serve = <Of extends Channel>(channel: Of) =>
    ipcMain.handle(channel, async (event, payload: unknown) => {
      if (!isOwnPage(event, own())) throw new TypeError(`${channel}: not for this page`);
      if (!fits(channel, payload)) throw new TypeError(`${channel}: not a request of this channel`);
      return handlers[channel](payload);
    });
  for (const channel of Object.keys(ipc) as Channel[]) serve(channel);
}

/** The top frame of our own window, while it shows our own page. A frame that has gone since is nobody. */
function isOwnPage({ sender, senderFrame }: IpcMainInvokeEvent, own: WebContents | undefined): boolean {
  if (!senderFrame || sender !== own || senderFrame !== sender.mainFrame) return false;
  return URL.canParse(senderFrame.url) && isOwn(new URL(senderFrame.url));
}

/** Node gives schemes that it does not know no origin. */
export const isOwn = ({ protocol, host }: URL): boolean => `${protocol}//${host}` === ownOrigin;

export function fits<Of extends Channel>(channel: Of, payload: unknown): payload is Payload<Of> {
  const fields: Request = ipc[channel];
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return false;
  const names = Object.keys(payload);
  if (names.length !== Object.keys(fields).length) return false;
  return names.every((name) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const value = (payload as { [name: string]: unknown })[name];
    return field !== undefined && typeof value === 'string' && value.length <= field.lengthMax;
  });
}
