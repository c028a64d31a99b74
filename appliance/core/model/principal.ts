// Who acts: a person who signed in, a program with a key, or whoever holds the node's own access token. What each may do is decided by
// core/access; everything else only hands a principal on.

/** What people of an organisation do with the node. A person or key may have several. */
export const roles = ['administrator', 'compliance', 'data-scientist', 'marketer', 'supervisor', 'agent', 'auditor'] as const;
export type Role = (typeof roles)[number];

export type Principal = {
  /** As the audit log names them: `person 3`, `key 7`, `operator`. Never a name, which may have to be erased. */
  readonly actor: string;
  readonly kind: 'operator' | 'person' | 'key';
  /** The number of the person or key; 0 for the operator. */
  readonly id: number;
  /** The operator has none: who may read the node's folder is asked by policies as `operator`. */
  readonly roles: readonly Role[];
  /** Numbers of the only sources that a key may touch. */
  readonly sources?: readonly number[];
  /** A key of one machine: `directory`, which provisions people, may use what lies under /scim; `metrics` reads /metrics. And nothing else. */
  readonly scope?: 'directory' | 'metrics';
  /** Until when a person's second look (password or code asked again) counts. */
  readonly steppedUpUntilMs?: number;
  /** A role asks for a second factor that is not set up yet: nothing but that is open. */
  readonly mustEnrol?: true;
  /** Of a person who signed in: they have one, which only a second look may replace. */
  readonly secondFactor?: true;
};

/** Whoever holds the access token in the data folder: they could read its files as well. */
export const operator: Principal = { actor: 'operator', kind: 'operator', id: 0, roles: [] };
