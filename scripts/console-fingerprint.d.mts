export const consoleFolder: string;
export function isBuilt(): boolean;
export function keepFingerprint(): void;
