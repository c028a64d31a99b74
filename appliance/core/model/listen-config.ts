// Where something listens beside the node itself.

export type ListenDeclaration = { address: string; port: number };

/** @param leastPort 0 where any port that is free will do */
export const listenSchema = (leastPort: 0 | 1) =>
  ({
    type: 'object',
    additionalProperties: false,
    required: ['address', 'port'],
    properties: {
      address: { type: 'string', minLength: 1, maxLength: 200 },
      port: { type: 'integer', minimum: leastPort, maximum: 65_535 },
    },
  }) as const;
