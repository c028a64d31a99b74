// What who rehearses and an organisation of the rehearsal say to each other.

import type { Ending } from '../../../federation/protocol/round/board.ts';
import type { Metered } from './meter.ts';

type Name = { readonly en: string; readonly zh: string };
type Questions = {
  readonly found: { readonly name: Name; readonly address: string };
  readonly invite: { readonly role: 'participant' | 'coordinator' };
  readonly admitCoordinator: { readonly request: unknown; readonly fingerprint: string };
  readonly join: { readonly code: string; readonly name: Name };
  readonly admit: { readonly fingerprint: string };
  readonly refresh: Record<string, never>;
  readonly propose: { readonly proposal: unknown; readonly coordinator: string };
  readonly accept: { readonly round: string };
  readonly keepKey: { readonly round: string };
  readonly vote: { readonly round: string; readonly adopt: boolean };
  readonly transcript: { readonly round: string };
  readonly state: Record<string, never>;
};

export type What = keyof Questions;
export type Given<Of extends What> = Questions[Of];
export type Asked = { [Of in What]: { readonly id: number; readonly what: Of; readonly given: Questions[Of] } }[What];
export type Answered = { readonly id: number; readonly value?: unknown; readonly fault?: string };

export type PartyState = {
  readonly meter: Metered;
  readonly round?: string;
  readonly begun?: boolean;
  /** Members whose acceptance stands. */
  readonly accepted?: number;
  readonly agreed?: boolean;
  /** Opened so far, or questions that were answered. */
  readonly sums?: number;
  /** All who are left have said what came out. */
  readonly asked?: boolean;
  readonly voted?: boolean;
  /** Of a partner of a vertical round: the share of its cells that sums of few rows told. */
  readonly exposed?: number;
  readonly over?: boolean;
  readonly ended?: Ending;
  /** SHA-256 of the model. */
  readonly model?: string;
  readonly metrics?: { readonly [name: string]: number };
  readonly rows?: number;
  readonly fault?: string;
};
