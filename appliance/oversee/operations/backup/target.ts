// Where backups lie: a folder, or a store that speaks S3. A target is given names and sealed bytes and knows no more.

export type TargetSettings =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 's3';
      readonly endpoint: string;
      readonly region: string;
      readonly bucket: string;
      /** Empty, or ends with a slash. */
      readonly prefix: string;
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      /** Certificates in PEM that the store's is checked by, in place of the system's. */
      readonly ca?: string;
    };

export type StoredObject = { readonly name: string; readonly sizeBytes: number };

/** All throw {Fault} `backup_target_failed`, `backup_target_full`. Names are of letters, digits, `-` and `/`. */
export interface Target {
  get(name: string): Promise<Buffer | undefined>;
  /** Whole or not at all; durable after settle(). */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** The same where there is nothing of this name yet. @returns whether it was put */
  putNew(name: string, bytes: Uint8Array): Promise<boolean>;
  remove(name: string): Promise<void>;
  list(prefix: string): AsyncIterable<StoredObject>;
  /** What was put and removed before is on disk when it resolves. */
  settle(): Promise<void>;
  /** Removes what a kill left half written. */
  sweep(): Promise<void>;
  close(): void;
}
