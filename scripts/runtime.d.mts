// Types of runtime.mjs, which is JavaScript because it runs before anything is installed.

export const root: string;
export const oldestMajor: number;
export function findRuntime(): string | undefined;
