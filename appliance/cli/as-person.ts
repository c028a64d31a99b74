// Acting as somebody who signs in, where two different people have to act: a command asks for their password, does what it does as them and signs
// them out again. Nothing of the session is kept in a file.

import type { Command } from 'commander';
import { Fault, type Words } from '../core/errors.ts';
import { type Api, apiOf, isRunning, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { connectNode } from './http-client.ts';
import { obtainPassphrase } from './passphrase.ts';

export type AsPerson = { as?: string; passwordFile?: string; code?: string };
type SignedIn = { state: string; token: string };

/** The options by which a command takes somebody's word. */
export function offerAsPerson(command: Command, { words }: CliContext): Command {
  return command
    .option('--as <login>', words({ en: 'sign in as this person for it', zh: '以此人身份登录后执行' }))
    .option('--password-file <file>', words({ en: 'their password, else asked for', zh: '密码文件（否则在终端询问）' }))
    .option('--code <code>', words({ en: 'of their app, or a recovery code', zh: '验证器代码或恢复代码' }));
}

/** As the person who is named, on a node that runs; as the operator when nobody is. @throws {Fault} what signing in is refused with */
export async function withPerson<T>(context: CliContext, given: AsPerson, work: (api: Api) => Promise<T>): Promise<T> {
  if (given.as === undefined) {
    const lost = given.passwordFile !== undefined ? '--password-file' : given.code !== undefined ? '--code' : undefined;
    if (lost !== undefined) throw new Fault('bad_request', `${lost}: --as names the person`);
    return withNode(context, work);
  }
  const folder = context.requireDataFolder();
  if (!(await isRunning(context))) throw new Fault('node_not_running', folder);
  let token: string | undefined;
  const api = apiOf(connectNode(folder, context.language, () => token));
  const password = await passwordOf(context, given);
  token = await signIn(context, api, { ...given, as: given.as, password, take: (held) => (token = held) });
  const stepUp = async () => {
    const fresh = await api.call<{ token: string }>('POST', '/api/session/step-up', { body: { password } });
    token = fresh.token;
  };
  try {
    return await work(onceMore(api, stepUp));
  } finally {
    // What cannot be told to the node now ends by itself within half an hour.
    await api.call('DELETE', '/api/session').catch(() => undefined);
  }
}

async function passwordOf(context: CliContext, { as, passwordFile }: AsPerson): Promise<string> {
  const { io, words } = context;
  const env = passwordFile === undefined ? {} : { HOLDFAST_PASSPHRASE_FILE: passwordFile };
  try {
    return await obtainPassphrase({ ...io, env }, words, { ask: { en: `Password of ${as}: `, zh: `${as} 的密码：` } });
  } catch (error) {
    if (!(error instanceof Fault) || error.where === undefined) throw error;
    throw new Fault(error.code, error.where.replace('HOLDFAST_PASSPHRASE_FILE', '--password-file'), { cause: error });
  }
}

type Signing = { as: string; password: string; code?: string; take(token: string): void };

async function signIn(context: CliContext, api: Api, { as, password, code, take }: Signing): Promise<string> {
  const body = { login: as, password, bearer: true };
  const first = await api.call<SignedIn>('POST', '/api/session', { body });
  if (first.state !== 'second_factor_wanted') return first.token;
  take(first.token);
  const given = (code ?? (await askCode(context))).trim();
  const proof = /^\d{6}$/.test(given) ? { code: given } : { recoveryCode: given };
  const second = await api.call<SignedIn>('POST', '/api/session/second-factor', { body: { ...proof, bearer: true } });
  return second.token;
}

const askCode = ({ io, words }: CliContext): Promise<string> =>
  obtainPassphrase({ ...io, env: {} }, words, { ask: codeQuestion });
const codeQuestion: Words = {
  en: 'Code of your authenticator app, or a recovery code: ',
  zh: '验证器应用中的代码，或恢复代码：',
};

/** What wants a fresh proof gets the one that was given a moment ago. */
function onceMore(api: Api, stepUp: () => Promise<void>): Api {
  const again = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'step_up_needed') throw error;
      await stepUp();
      return ask();
    }
  };
  return {
    ...api,
    call: <T>(...asked: Parameters<Api['call']>) => again(() => api.call<T>(...asked)),
    download: (...asked) => again(() => api.download(...asked)),
  };
}
