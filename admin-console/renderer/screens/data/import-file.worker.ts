// The worker that reads a file, so that the page stays quick: it is told what to open, answers what it is, and gives part after part when asked.

import { type Choice, look, type Part, parts, type ReadingFault, type Shape, Unreadable } from './import-reading.ts';

export type Ask = { readonly ask: 'open'; readonly file: File; readonly choice: Choice } | { readonly ask: 'next' };
export type Said =
  | { readonly said: 'shape'; readonly shape: Shape }
  | { readonly said: 'part'; readonly part: Part | undefined }
  | { readonly said: 'fault'; readonly code: ReadingFault | undefined };

let reading: AsyncGenerator<Part> | undefined;

const answer = (said: Said): void => globalThis.postMessage(said);

globalThis.onmessage = async ({ data }: MessageEvent<Ask>) => {
  try {
    if (data.ask === 'open') {
      const { shape, file } = await look(data.file, data.choice);
      reading = parts(file, shape);
      answer({ said: 'shape', shape });
    } else {
      const next = await reading?.next();
      answer({ said: 'part', part: next?.done === false ? next.value : undefined });
    }
  } catch (error) {
    answer({ said: 'fault', code: error instanceof Unreadable ? error.code : undefined });
  }
};
