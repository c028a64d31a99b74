// Staying with a match until it ends: first until somebody has approved it, then through its phases. A node that is restarted meanwhile is waited for,
// and asked less and less often while nothing changes, as every look is an entry of the audit log.

import type { Approval } from '../core/access/approvals.ts';
import { Fault, type FaultCode } from '../core/errors.ts';
import { type Api, apiOf, isRunning } from './connect.ts';
import type { CliContext } from './context.ts';
import { connectNode } from './http-client.ts';
import { type MatchRead, printNext, printState, standText } from './match-words.ts';
import type { Progress } from './progress.ts';

const pauses = { leastMs: 500, busyMs: 1_000, mostMs: 15_000, more: 1.5 } as const;
/** What a node says or does that is being restarted, unsealed, or busy. */
const passing = new Set<FaultCode>(['node_not_running', 'node_not_answering', 'sealed', 'too_busy', 'federation_unreachable']);

/** Nothing goes on in a node that is not there. @throws {Fault} `node_not_running` */
export async function checkRunning(context: CliContext): Promise<void> {
  const folder = context.requireDataFolder();
  if (!(await isRunning(context))) throw new Fault('node_not_running', folder);
}

/** @returns the match that came of the approval @throws {Fault} `match_refused` when it was not approved */
export async function waitForApproval(context: CliContext, approval: Approval): Promise<string> {
  let last = approval;
  await until(context, async (api) => {
    last = await api.call<Approval>('GET', `/api/approvals/${approval.id}`);
    return { ended: !['waiting', 'approved', 'running'].includes(last.state), mark: last.state };
  });
  const match = (last.result as { match?: string } | undefined)?.match;
  if (match !== undefined) return match;
  const why = [last.state, last.failure ?? last.remark].filter((part) => part !== undefined).join(': ');
  throw new Fault('match_refused', `approval ${last.id}: ${why}`);
}

/** Says what changes until it has ended. @throws {Fault} `federation_refused` with the code of the outcome unless it is done */
export async function watchMatch(context: CliContext, match: string): Promise<void> {
  let progress: Progress | undefined;
  let last: MatchRead | undefined;
  let said = '';
  try {
    await until(context, async (api) => {
      const view = await api.call<MatchRead>('GET', `/api/matches/${match}`);
      last = view;
      const { done, total, etaMs } = view.progress;
      const busy = view.phase === 'running';
      if (busy && total > 0) {
        progress ??= context.progress({ en: 'match', zh: '匹配' });
        progress.update(done, total, { leftMs: etaMs });
      }
      const mark = markOf(view);
      if (mark !== said) tellChange(context, view);
      said = mark;
      return { ended: view.phase === 'ended', mark: `${mark} ${busy ? done : ''}`, busy };
    });
  } finally {
    progress?.end();
  }
  if (last === undefined) return;
  const { outcome } = last;
  if (!context.json) printState(context, last);
  if (outcome && outcome.result !== 'done') throw new Fault('federation_refused', outcome.code ?? outcome.result);
}

/** Tenths are worth a line where no bar is drawn. */
function markOf({ phase, progress, alarms = [], override }: MatchRead): string {
  const tenth = phase === 'running' && progress.total > 0 ? Math.floor((10 * progress.done) / progress.total) : 0;
  const waits = phase === 'proposed' || phase === 'asked' ? '' : (progress.waitingFor ?? '');
  return [phase, waits, tenth, alarms.length, override === undefined].join(' ');
}

function tellChange(context: CliContext, view: MatchRead): void {
  if (context.json) {
    context.printJson(view);
    return;
  }
  const held = (view.alarms ?? []).length > 0 && view.override === undefined;
  const drawn = context.io.stderr.isTTY && view.phase === 'running' && view.progress.total > 0;
  if (view.phase === 'ended' || (drawn && !held)) return;
  context.print(standText(context, view));
  printNext(context, view);
}

/** `mark` is another one each time that something has changed; `busy` that it changes all the time. */
type Seen = { readonly ended: boolean; readonly mark: string; readonly busy?: boolean };
type Look = (api: Api) => Promise<Seen>;

async function until(context: CliContext, look: Look): Promise<void> {
  const folder = context.requireDataFolder();
  let mark: string | undefined;
  let away = false;
  for (let pauseMs: number = pauses.leastMs; ; ) {
    try {
      // Never the folder itself: a command that opened it would keep the node from starting again.
      const seen = await look(apiOf(connectNode(folder, context.language)));
      away = false;
      if (seen.ended) return;
      pauseMs = seen.mark === mark ? Math.min(pauses.mostMs, pauseMs * pauses.more) : seen.busy ? pauses.busyMs : pauses.leastMs;
      mark = seen.mark;
    } catch (error) {
      if (!(error instanceof Fault) || !passing.has(error.code)) throw error;
      if (!away)
        context.note({
          en: `The node does not answer (${error.code}); waiting.`,
          zh: `节点没有应答（${error.code}），正在等待。`,
        });
      away = true;
    }
    await pause(context, pauseMs);
  }
}

function pause({ signal }: CliContext, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
