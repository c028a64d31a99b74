// The form of the words of a code: what it means and what to do next, in both languages.

export type Words = { readonly en: string; readonly zh: string };
export type CodeWords = { readonly message: Words; readonly next: Words };

export const say = (en: string, zh: string, nextEn: string, nextZh: string): CodeWords => ({
  message: { en, zh },
  next: { en: nextEn, zh: nextZh },
});
