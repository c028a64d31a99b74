// Types of setup.mjs, which is JavaScript because it runs before anything is installed.

export function whyInstall(folder?: string): string | undefined;
export function setUp(): Promise<string>;
