// The number that the page's policy asks of every style made in the page.

/** Of this answer, as the server wrote it. */
export const styleNonce = (): string => document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';

/** Some libraries make style elements and know nothing of numbers; without one the page's policy lets none in. */
export function giveNonce(): void {
  const nonce = styleNonce();
  const make = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = make(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}
