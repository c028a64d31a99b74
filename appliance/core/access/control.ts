// What a question at the door becomes for the policies: the caller's roles, the purpose, what the consent gate says of the customer, whether
// the glass is broken. One object that the door, the masks and the acts all ask.

import type { Decision, Question } from '../http/access.ts';
import type { Principal } from '../model/principal.ts';
import { type Answer, type Asked, nothingKnown, type PolicyEngine, type Sight, theNode } from './decide.ts';

export type ControlParts = {
  engine: PolicyEngine;
  fourEyes: 'people' | 'always';
  nowMs(): number;
  isGlassBroken(actor: string): boolean;
  /** The number in a person's id. */
  parsePersonId(text: string): number | undefined;
  /** The gate's word on one customer; `unasked` for a purpose that is not declared and for somebody the node does not know. */
  consentOf(person: number, purpose: string): Promise<Asked['consent']>;
};

const customerGroups = ['customer reads', 'customer changes'] as const;

export class AccessControl {
  readonly #parts: ControlParts;

  constructor(parts: ControlParts) {
    this.#parts = parts;
  }

  /** At the door. Waits only where a customer and a purpose are named. */
  decide(principal: Principal, question: Question): Decision | Promise<Decision> {
    const asked = this.#asked(principal, question.purpose, question.source);
    const person = typeof question.params.id === 'string' ? this.#parts.parsePersonId(question.params.id) : undefined;
    const answer = (more: Partial<Asked> = {}) =>
      decisionOf(this.#parts.engine.decide(principal, question.action, theNode, { ...asked, ...more }));
    if (person === undefined || question.purpose === undefined) return answer();
    return this.#parts.consentOf(person, question.purpose).then((consent) => answer({ consent }));
  }

  /** Whether an answer may hold customers' values. An action that the schema lacks is one that nobody has thought about. */
  isAboutCustomers(action: string): boolean {
    const { engine } = this.#parts;
    return !engine.knows(action) || customerGroups.some((group) => engine.isIn(action, group));
  }

  sightOf(principal: Principal, purpose: string | undefined): Sight {
    return this.#parts.engine.sight(principal, this.#asked(principal, purpose, undefined));
  }

  mayPropose(principal: Principal, kind: string): 'alone' | 'with another' | 'step_up_needed' | 'no' {
    const { allowed, needs } = this.#parts.engine.decide(principal, kind, theNode, this.#asked(principal, undefined, undefined));
    if (allowed) return 'alone';
    return needs === 'approval_needed' ? 'with another' : (needs ?? 'no');
  }

  mayApprove(principal: Principal, kind: string): boolean {
    const asked = this.#asked(principal, undefined, undefined);
    return this.#parts.engine.decide(principal, 'approve', { type: 'Act', id: kind }, asked).allowed;
  }

  #asked(principal: Principal, purpose: string | undefined, source: number | undefined): Asked {
    const { nowMs, fourEyes, isGlassBroken } = this.#parts;
    const { sources, steppedUpUntilMs = 0, actor } = principal;
    return {
      ...nothingKnown,
      purpose: purpose ?? '',
      fourEyes,
      breakGlass: isGlassBroken(actor),
      steppedUp: steppedUpUntilMs > nowMs(),
      source: sources === undefined ? 'any' : source !== undefined && sources.includes(source) ? 'own' : 'other',
    };
  }
}

function decisionOf({ allowed, policy, needs }: Answer): Decision {
  if (allowed) return { allowed, policy };
  return { allowed, ...(policy !== '' && { policy }), ...(needs && { needs }) };
}
