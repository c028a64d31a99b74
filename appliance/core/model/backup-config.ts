// What the configuration says of backups: where to, how often, and what is kept.

import { type SecretReference, secretReferenceSchema } from './secret-reference.ts';

export type BackupDeclaration = {
  /** A folder, relative to the data folder, or `s3://bucket/prefix`. No backups by themselves when absent. */
  to?: string;
  s3?: {
    /** `https://minio.example.internal:9000`. */
    endpoint: string;
    region?: string;
    /** A file with `aws_access_key_id = …` and `aws_secret_access_key = …`; the variables of these names when absent. */
    credentials?: string;
    /** In place of such a file: the key's name, and where its secret is. */
    accessKeyId?: string;
    secretAccessKey?: SecretReference;
    /** Certificates in PEM by which the store's is checked. */
    certificates?: string;
  };
  /** Only by command when absent. */
  everyMinutes?: number;
  keep?: { last?: number; daily?: number; weekly?: number; monthly?: number };
};

const path = { type: 'string', minLength: 1, maxLength: 1000 } as const;
const count = { type: 'integer', minimum: 0, maximum: 100_000 } as const;

export const backupSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    to: { type: 'string', minLength: 1, maxLength: 1000, pattern: '^(?!s3:)|^s3://[a-z0-9.-]{3,63}(/[A-Za-z0-9._-]+)*/?$' },
    s3: {
      type: 'object',
      additionalProperties: false,
      required: ['endpoint'],
      properties: {
        endpoint: { type: 'string', pattern: '^https?://[^\\s?#]+$', maxLength: 500 },
        region: { type: 'string', pattern: '^[A-Za-z0-9-]{1,40}$' },
        credentials: path,
        accessKeyId: { type: 'string', pattern: '^[A-Za-z0-9_+/=.-]{1,200}$' },
        secretAccessKey: secretReferenceSchema,
        certificates: path,
      },
    },
    everyMinutes: { type: 'integer', minimum: 1, maximum: 44_640 },
    keep: {
      type: 'object',
      additionalProperties: false,
      properties: { last: { ...count, minimum: 1 }, daily: count, weekly: count, monthly: count },
    },
  },
} as const;
