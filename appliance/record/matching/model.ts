// What a run has learnt, as plain JSON.
import type { FieldKind } from './kinds.ts';
export type MatchModel = { version: 1 };
export type PersonValues = Partial<Record<FieldKind, string | null>>;
export function scorePair(_model: MatchModel, _left: PersonValues, _right: PersonValues): number { return 0; }
