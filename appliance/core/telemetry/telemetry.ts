// What slices use to say on whose behalf they work: a piece of work belongs to a request, to a background job, or to nobody.

export { apart, currentRequestId } from './context.ts';
export type { Background } from './tracing.ts';
