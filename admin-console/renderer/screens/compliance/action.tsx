// An action by what people call it; its code, which policies and the log use, is on hover and stands alone where there are no words for it.

import { Text } from '../../parts/text.tsx';
import { useSay, type Words } from '../../words/words.ts';
import { actionLines } from './action-lines.ts';

export type ActionGroup = { readonly name: Words; readonly actions: readonly string[] };

const names = new Map<string, Words>();
export const actionGroups: ActionGroup[] = [];
const rest: Words = { en: 'Others', zh: '其他' };
let group: { name: Words; actions: string[] } = { name: rest, actions: [] };
for (const line of actionLines.trim().split('\n')) {
  const [code = '', en = '', zh = ''] = line.split(' | ');
  if (code.startsWith('# ')) {
    group = { name: { en, zh }, actions: [] };
    actionGroups.push(group);
  } else {
    names.set(code, { en, zh });
    group.actions.push(code);
  }
}

export const actionName = (action: string): Words | undefined => names.get(action);

/** These actions in the groups that people look for them in, those without words at the end. */
export function grouped(actions: readonly string[]): ActionGroup[] {
  const wanted = new Set(actions);
  const found = actionGroups.map(({ name, actions: own }) => ({ name, actions: own.filter((one) => wanted.has(one)) }));
  const others = { name: rest, actions: actions.filter((one) => !names.has(one)) };
  return [...found, others].filter(({ actions: own }) => own.length > 0);
}

export function ActionName({ of }: { of: string }) {
  const say = useSay();
  const name = actionName(of);
  if (!name) return <Text code>{of}</Text>;
  return <span title={of}>{say(name)}</span>;
}

/** For a choice among actions, in groups, found by name or code. */
export function useActionOptions(actions: readonly string[]) {
  const say = useSay();
  return grouped(actions).map(({ name, actions: own }) => ({
    label: say(name),
    options: own.map((action) => {
      const known = actionName(action);
      return { value: action, label: known ? say(known) : action, search: `${action} ${known?.en ?? ''} ${known?.zh ?? ''}` };
    }),
  }));
}

export const allActions: readonly string[] = [...names.keys()];
