// The desktop console: enrolment, sign-in, the node's pages in a window, and what happens when one of them fails. A function of Electron's API, so that
// all of it is tested without Electron's binary.

import type { ElectronApi } from './electron-api.ts';
import { type Enrolment, readEnrolment } from './enrolment.ts';
import { guardEverything, openOutside } from './guard.ts';
import { changedChannel, type Handlers, ownScheme, type Problem, type State, serveIpc } from './ipc.ts';
import { Keep } from './keep.ts';
import { schemePrivileges } from './pages.ts';
import { Place, type PlaceEvents } from './place.ts';
import { beginSignIn, type SignIn } from './sign-in.ts';
import { askForget, askUnresponsive, setMenu } from './window.ts';
import { type Language, languageOf, words } from './words.ts';

export type ConsoleParts = {
  electron: ElectronApi;
  files: { pages: string; preload: string };
  random(bytes: number): Uint8Array;
  platform: NodeJS.Platform;
};

/** Crashes of the console's own page in a row before it gives up. */
const crashesMax = 3;
const checkMs = 15_000;

/** Returns once the first page is asked for, or at once in a second instance, which hands over to the first. */
export async function startConsole(parts: ConsoleParts): Promise<void> {
  const { app, protocol, safeStorage } = parts.electron;
  if (!app.requestSingleInstanceLock()) return app.quit();
  protocol.registerSchemesAsPrivileged([{ scheme: ownScheme, privileges: schemePrivileges }]);
  const held: { console?: Console } = {};
  const origins = () => held.console?.origins ?? [];
  guardEverything({ electron: parts.electron, origins });
  app.on('window-all-closed', () => app.quit());
  app.on('second-instance', () => held.console?.focus());
  await app.whenReady();
  const keep = await Keep.open(safeStorage, app.getPath('userData'), parts.platform);
  const language = languageOf(app.getPreferredSystemLanguages());
  held.console = new Console(parts, keep, language);
  await held.console.begin();
}

class Console {
  readonly #parts: ConsoleParts;
  readonly #keep: Keep;
  readonly #language: Language;
  #place: Place;
  #stage: State['stage'] = 'opening';
  #problem: Problem | undefined;
  #signIn: SignIn | undefined;
  #crashes = 0;
  /** Counts what a person wants now; work for what they wanted before comes to nothing. */
  #turn = 0;

  constructor(parts: ConsoleParts, keep: Keep, language: Language) {
    this.#parts = parts;
    this.#keep = keep;
    this.#language = language;
    const kept = keep.code === undefined ? undefined : readEnrolment(keep.code);
    this.#place = this.#openPlace(typeof kept === 'object' ? kept : undefined);
  }

  get origins(): readonly string[] {
    return this.#place?.enrolment?.addresses ?? [];
  }

  focus(): void {
    const { window } = this.#place;
    if (window.isMinimized()) window.restore();
    window.focus();
  }

  async begin(): Promise<void> {
    const { electron, platform } = this.#parts;
    serveIpc(electron, () => this.#place.window.webContents, this.#handlers());
    setMenu(electron, this.#language, platform, {
      again: () => void this.#goOn(),
      signInAgain: () => void this.#ended(),
      forget: () => void this.#askForget(),
    });
    await this.#goOn();
  }

  #handlers(): Handlers {
    return {
      'console:state': () => this.#state(),
      'console:enrol': ({ code }) => this.#enrol(code),
      'console:sign-in': () => this.#beginSignIn(),
      'console:cancel': async () => {
        this.#signIn?.cancel();
        return this.#say('sign-in');
      },
      'console:again': async () => {
        void this.#goOn();
        return this.#state();
      },
      'console:forget': async () => {
        await this.#forget();
        return this.#state();
      },
    };
  }

  async #state(): Promise<State> {
    const { enrolment, origin } = this.#place;
    const address = origin ?? enrolment?.addresses[0];
    return {
      stage: this.#stage,
      ...(address !== undefined && { node: { address, plain: enrolment?.pin === undefined } }),
      keeps: await this.#keep.canSeal(),
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
  }

  /** The own page is told, and brought back where the node's is in sight. */
  async #say(stage: State['stage'], problem?: Problem): Promise<State> {
    this.#stage = stage;
    this.#problem = problem;
    const { webContents } = this.#place.window;
    if (webContents.getURL().startsWith(`${ownScheme}:`)) webContents.send(changedChannel);
    else await this.#place.showOwn();
    return this.#state();
  }

  /** From wherever it stands to the node's pages, as far as it goes: enrolled, reached, signed in. */
  async #goOn(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#signIn?.cancel();
    const place = this.#place;
    if (!place.enrolment) return void (await this.#say('enrol'));
    await this.#say('opening');
    const reached = await place.reach();
    if (turn !== this.#turn) return;
    if (reached !== 'here') return void (await this.#say('opening', reached));
    const token = this.#keep.token;
    const stands = token !== undefined && (await this.#stands(token));
    if (turn !== this.#turn) return;
    if (stands) return this.#showNode(token);
    if (token !== undefined) await this.#keep.keepToken(undefined);
    await this.#say('sign-in');
  }

  /** Whether the session is good still. A node that is sealed or busy says neither; its own pages say what to do. */
  async #stands(token: string): Promise<boolean> {
    try {
      const headers = { authorization: `Bearer ${token}` };
      const signal = AbortSignal.timeout(checkMs);
      const { status } = await this.#place.fetch(`${this.#place.origin}/api/session`, { headers, signal });
      return status !== 401;
    } catch {
      return true;
    }
  }

  async #showNode(token: string): Promise<void> {
    this.#stage = 'opening';
    this.#problem = undefined;
    this.#crashes = 0;
    await this.#place.showNode(token);
  }

  async #enrol(code: string): Promise<State> {
    const read = readEnrolment(code);
    if (typeof read === 'string') return this.#say('enrol', read);
    if (this.#place.enrolment) await this.#forget();
    await this.#keep.enrol(read.code);
    this.#move(read);
    void this.#goOn();
    return this.#state();
  }

  async #beginSignIn(): Promise<State> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#signIn?.cancel();
    const place = this.#place;
    const { origin } = place;
    if (origin === undefined) return this.#say('opening', 'unreachable');
    const signIn = beginSignIn({
      origin,
      language: this.#language,
      random: this.#parts.random,
      open: (url) => openOutside(url, { electron: this.#parts.electron, origins: () => this.origins }),
      fetch: (url, init) => place.fetch(url, init),
    });
    this.#signIn = signIn;
    signIn.done.then(async (outcome) => {
      if (turn !== this.#turn || outcome === undefined) return;
      if ('problem' in outcome) return void (await this.#say('sign-in', outcome.problem));
      await this.#keep.keepToken(outcome.token);
      this.focus();
      await this.#showNode(outcome.token);
    });
    return this.#say('waiting');
  }

  /** The session is over: nothing of it stays here, and the way back is shown. */
  async #ended(): Promise<void> {
    this.#turn += 1;
    this.#signIn?.cancel();
    const place = this.#place;
    if (!place.enrolment) return;
    await this.#keep.keepToken(undefined);
    await this.#say('sign-in');
    await place.endSession();
  }

  async #askForget(): Promise<void> {
    if (this.#place.enrolment && (await askForget(this.#parts.electron, this.#language))) await this.#forget();
  }

  async #forget(): Promise<void> {
    this.#turn += 1;
    this.#signIn?.cancel();
    const place = this.#place;
    const { token } = this.#keep;
    await this.#keep.forget();
    if (token !== undefined && place.origin !== undefined) {
      const headers = { authorization: `Bearer ${token}` };
      const signal = AbortSignal.timeout(checkMs);
      // Where the node is away its session runs out by itself.
      await place.fetch(`${place.origin}/api/session`, { method: 'DELETE', headers, signal }).catch(() => undefined);
    }
    this.#move(undefined);
    await this.#say('enrol');
    await place.clear();
  }

  /** The new window stands before the old one goes, so that the console does not take itself for closed. */
  #move(enrolment: Enrolment | undefined): void {
    const before = this.#place;
    this.#place = this.#openPlace(enrolment);
    this.#place.window.setBounds(before.window.getBounds());
    before.window.destroy();
  }

  #openPlace(enrolment: Enrolment | undefined): Place {
    // What a place that was left has to say is of no interest.
    const here = (act: () => void) => () => {
      if (this.#place === place) act();
    };
    const events: PlaceEvents = {
      renewed: (token) => {
        if (this.#place === place && token !== this.#keep.token) void this.#keep.keepToken(token);
      },
      ended: here(() => void this.#ended()),
      failed: here(() => void this.#failed()),
      crashed: here(() => void this.#crashed()),
      unresponsive: here(() => void this.#unresponsive()),
    };
    const place: Place = new Place(this.#parts, enrolment, events);
    return place;
  }

  async #failed(): Promise<void> {
    const turn = this.#turn;
    const reached = await this.#place.reach();
    if (turn === this.#turn) await this.#say('opening', reached === 'here' ? 'unreachable' : reached);
  }

  async #crashed(): Promise<void> {
    const { app, dialog } = this.#parts.electron;
    this.#crashes += 1;
    if (this.#crashes >= crashesMax) {
      dialog.showErrorBox(words.stopped[this.#language], words.stoppedDetail[this.#language]);
      return app.exit(1);
    }
    this.#stage = this.#place.enrolment ? 'opening' : 'enrol';
    this.#problem = 'crashed';
    await this.#place.showOwn();
  }

  async #unresponsive(): Promise<void> {
    if (await askUnresponsive(this.#parts.electron, this.#language)) await this.#goOn();
  }
}
