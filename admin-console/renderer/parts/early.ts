// Who is there and what they may do, asked by a file of its own before the page's script has come and been read: by then it is answered. Only what the
// node answers with yes is used; everything else is asked again, in the reader's language.

const sessionPath = '/api/session';
const actionsPath = '/api/session/actions';
const answers = new Map<string, Promise<Response | undefined>>();

function ask(path: string): Promise<Response | undefined> {
  const answer = fetch(path, { headers: { 'x-holdfast': 'console' } }).then(
    (response) => (response.ok ? response : undefined),
    () => undefined,
  );
  answers.set(path, answer);
  return answer;
}

async function askBoth(): Promise<void> {
  const session = await ask(sessionPath);
  const told = (await session?.clone().json()) as { state?: string } | undefined;
  if (told?.state === 'signed_in') await ask(actionsPath);
}

/** The answer to a question that was asked early, once. At once undefined where none was: whoever asks then does so without a turn between. */
export function takeEarly({ method, url }: Request): Promise<Response | undefined> | undefined {
  if (answers.size === 0 || method !== 'GET') return undefined;
  const { pathname } = new URL(url);
  const answer = answers.get(pathname);
  answers.delete(pathname);
  return answer;
}

if (typeof document !== 'undefined') void askBoth().catch(() => undefined);
