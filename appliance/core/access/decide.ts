// Decisions: a question's finite attributes (who by kind and roles, action, purpose, class, consent) answered by the policies in force.
// Cedar takes a quarter of a millisecond, so an answer is kept until the policies change; the kept and the fresh one are the same.

import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { Principal } from '../model/principal.ts';
import { type DataClass, dataClasses } from './classes.ts';
import { type Need, type PolicyInfo, type PolicySet, readSchema } from './policies.ts';

export const decideLimits = {
  /** Kept answers. Beyond, all are dropped: a purpose is a caller's word, so there is no end to them. */
  kept: 20_000,
} as const;

/** What is known when a policy is asked, beside who and what. */
export type Asked = {
  readonly purpose: string;
  readonly consent: 'allowed' | 'denied' | 'unasked';
  readonly breakGlass: boolean;
  readonly steppedUp: boolean;
  readonly approved: boolean;
  readonly fourEyes: 'people' | 'always';
  readonly source: 'any' | 'own' | 'other';
};
export const nothingKnown: Asked = {
  purpose: '',
  consent: 'unasked',
  breakGlass: false,
  steppedUp: false,
  approved: false,
  fourEyes: 'people',
  source: 'any',
};
/** Who, as far as policies tell people apart. */
export type Who = Pick<Principal, 'kind' | 'roles'>;
export type About = { readonly type: 'Node' } | { readonly type: 'DataClass' | 'Act'; readonly id: string };
export const theNode: About = { type: 'Node' };

export type Answer = {
  readonly allowed: boolean;
  /** Ids of the policies that decided, sorted and joined by `+`; empty when none said anything. */
  readonly policy: string;
  /** What would turn a refusal into a yes. */
  readonly needs?: Need;
};

/** From the most to the least that is shown. */
export const views = ['clear', 'pseudonym', 'masked', 'hidden'] as const;
export type View = (typeof views)[number];
export type Sight = { readonly [name in DataClass]: View };

let engines = 0;

export class PolicyEngine {
  readonly #id: string;
  readonly #groups: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #kept = new Map<string, Answer>();
  readonly #sights = new Map<string, Sight>();
  #set: PolicySet;

  constructor(set: PolicySet) {
    engines += 1;
    this.#id = `policies ${engines}`;
    this.#groups = readSchema();
    this.#set = set;
    this.#prepare(set);
  }

  /** The policies that hold. */
  get policies(): PolicySet {
    return this.#set;
  }

  /** From now on these hold, and every kept answer is forgotten. */
  use(set: PolicySet): void {
    if (set !== this.#set) this.#prepare(set);
    this.#set = set;
    this.#kept.clear();
    this.#sights.clear();
  }

  #prepare(set: PolicySet): void {
    succeed(cedar.preparsePolicySet(this.#id, { staticPolicies: { ...set.texts } }));
  }

  knows(action: string): boolean {
    return this.#groups.has(action);
  }

  isIn(action: string, group: string): boolean {
    return this.#groups.get(action)?.has(group) === true;
  }

  /**
   * What is the same for actions of which the policies that hold cannot tell one from the other: the groups that they are in, and the name of one that a
   * policy names.
   */
  likenessOf(action: string): string {
    const texts = Object.values(this.#set.texts);
    const isNamed = texts.some((text) => text.includes(`"${action}"`) || text.includes('\\'));
    return [...(isNamed ? [action] : []), ...[...(this.#groups.get(action) ?? ['unknown'])].sort()].join('\n');
  }

  decide(who: Who, action: string, about: About = theNode, asked: Asked = nothingKnown): Answer {
    const key = keyOf(who, action, about, asked);
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const answer = this.decideAnew(who, action, about, asked);
    if (this.#kept.size >= decideLimits.kept) this.#kept.clear();
    this.#kept.set(key, answer);
    return answer;
  }

  /** The same without what is kept. */
  decideAnew(who: Who, action: string, about: About = theNode, asked: Asked = nothingKnown): Answer {
    const { allowed, policies } = this.#ask(who, action, about, asked);
    const policy = policies.join('+');
    if (allowed) return { allowed, policy };
    const lifting = [...new Set(policies.map((id) => this.#infoOf(id)?.needs))];
    if (lifting.length === 0 || lifting.includes(undefined)) return { allowed, policy };
    const lifted = { ...asked };
    for (const need of lifting) Object.assign(lifted, need === 'approval_needed' ? { approved: true } : { steppedUp: true });
    if (!this.#ask(who, action, about, lifted).allowed) return { allowed, policy };
    return { allowed, policy, needs: lifting.includes('step_up_needed') ? 'step_up_needed' : 'approval_needed' };
  }

  /** How each class of customers' values is shown. */
  sight(who: Who, asked: Asked): Sight {
    const key = keyOf(who, '', theNode, asked);
    const kept = this.#sights.get(key);
    if (kept) return kept;
    const viewOf = (id: DataClass): View =>
      views.find((view) => view === 'hidden' || this.decide(who, `see.${view}`, { type: 'DataClass', id }, asked).allowed)!;
    const sight = Object.fromEntries(dataClasses.map((one) => [one, viewOf(one)])) as Sight;
    if (this.#sights.size >= decideLimits.kept) this.#sights.clear();
    this.#sights.set(key, sight);
    return sight;
  }

  #infoOf(id: string): PolicyInfo | undefined {
    return this.#set.policies.get(id);
  }

  #ask(who: Who, action: string, about: About, asked: Asked): { allowed: boolean; policies: string[] } {
    const principal = { type: who.kind === 'operator' ? 'Operator' : who.kind === 'key' ? 'Key' : 'Person', id: 'somebody' };
    const answer = cedar.statefulIsAuthorized({
      principal,
      action: actionOf(action),
      resource: { type: about.type, id: 'id' in about ? about.id : 'node' },
      context: { ...asked },
      preparsedPolicySetId: this.#id,
      validateRequest: false,
      entities: [
        { uid: principal, attrs: {}, parents: rolesOf(who).map((id) => ({ type: 'Role', id })) },
        // With its groups alone: of the schema the library would make an entity of every action each time, twice the work. An action that the schema
        // lacks has none: only policies without an action speak of it.
        { uid: actionOf(action), attrs: {}, parents: [...(this.#groups.get(action) ?? [])].map(actionOf) },
      ],
    });
    if (answer.type === 'failure') throw new TypeError(`policies: ${action}: ${answer.errors[0]?.message}`);
    const { decision, diagnostics } = answer.response;
    // A policy that failed to evaluate said neither yes nor no; where one of them might have forbidden, nothing is allowed.
    const failed = diagnostics.errors.map(({ policyId }) => policyId);
    if (failed.some((id) => this.#infoOf(id)?.effect !== 'permit')) return { allowed: false, policies: failed.sort() };
    return { allowed: decision === 'allow', policies: [...diagnostics.reason].sort() };
  }
}

const actionOf = (id: string) => ({ type: 'Action', id });
const rolesOf = ({ kind, roles }: Who) => (kind === 'operator' ? [] : [...new Set(roles)].sort());

function keyOf(who: Who, action: string, about: About, asked: Asked): string {
  const { purpose, consent, breakGlass, steppedUp, approved, fourEyes, source } = asked;
  const what = 'id' in about ? `${about.type}/${about.id}` : '';
  const flags = `${Number(breakGlass)}${Number(steppedUp)}${Number(approved)}`;
  return [who.kind, rolesOf(who).join(','), action, what, purpose, consent, flags, fourEyes, source].join('\n');
}

function succeed(answer: cedar.CheckParseAnswer): void {
  if (answer.type === 'failure') throw new TypeError(`policies: ${answer.errors[0]?.message}`);
}
