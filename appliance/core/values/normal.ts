// What every normaliser answers: the canonical value, or a short reason why there is none. The reason never carries the
// value itself, so that it may stand in a log, a reject file or an API answer.

export type Refusal = { readonly ok: false; readonly reason: string };
export type Normal<T> = { readonly ok: true; readonly value: T } | Refusal;

export const normal = <T>(value: T): Normal<T> => ({ ok: true, value });
export const refuse = (reason: string): Refusal => ({ ok: false, reason });

/** ISO 3166-1 alpha-2, upper case, such as `CN`. */
export type Region = string;
export const defaultRegion: Region = 'CN';
