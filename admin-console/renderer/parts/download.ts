// A file out of an answer, into the reader's own folder. The address of it lives as long as the click.

/** Names come from people: what would turn a name before the eye, or be a folder, is no part of it. */
const fileName = (name: string): string => name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, '_');

export function download(name: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 0);
}

export const downloadJson = (name: string, value: unknown): void =>
  download(name, `${JSON.stringify(value, undefined, 2)}\n`, 'application/json');
