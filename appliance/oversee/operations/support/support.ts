// A support bundle: what a maker of the program needs to see what is wrong, and nothing of a customer. One archive, a few small files.

import { zstdCompressSync } from 'node:zlib';
import { Header } from 'tar';
import { type BundleFile, bundleFiles, type Gathered, manifestOf, textOf } from './contents.ts';

export { type BundleFile, type Gathered, textOf } from './contents.ts';

/** The manifest first. */
export function supportFiles(gathered: Gathered): BundleFile[] {
  const files = bundleFiles(gathered);
  return [manifestOf(files), ...files];
}

const block = 512;

/** `tar --zstd -xf` opens it. Owners and machine stand nowhere in it. */
export function packBundle(files: readonly BundleFile[], atMs: number): Buffer {
  const parts: Buffer[] = [];
  for (const file of files) {
    const bytes = Buffer.from(textOf(file));
    const header = new Header({
      path: `holdfast-support/${file.name}`,
      mode: 0o600,
      size: bytes.length,
      type: 'File',
      mtime: new Date(atMs - (atMs % 1000)),
      uid: 0,
      gid: 0,
    });
    const head = Buffer.alloc(block);
    if (header.encode(head, 0)) throw new Error(`${file.name} does not fit into a plain header`);
    parts.push(head, bytes, Buffer.alloc((block - (bytes.length % block)) % block));
  }
  return zstdCompressSync(Buffer.concat([...parts, Buffer.alloc(2 * block)]));
}
