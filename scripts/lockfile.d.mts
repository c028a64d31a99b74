// Types of lockfile.mjs, which is JavaScript because it runs before anything is installed.

export type Lockfile = { packages: { [path: string]: { [field: string]: unknown } } };
export function completed(lock: Lockfile): { lock: Lockfile; findings: string[] };
