// What counts as unusual access in this organisation: the settings `accessReview` of holdfast.json, their schema and what holds without them.

export type WorkingHours = {
  /** IANA, such as `Asia/Shanghai`. */
  timeZone: string;
  /** 1 Monday to 7 Sunday. */
  days: readonly number[];
  /** `HH:MM`; `to` may be earlier than `from`: then the day ends after midnight. */
  from: string;
  to: string;
  /** `yyyy-mm-dd`: days off. */
  holidays?: readonly string[];
};
export type AccessReviewSettings = {
  /** Without hours no access is outside of them. */
  hours?: WorkingHours;
  /** Different customers that one actor touches within the window. */
  manyProfiles: {
    windowMinutes: number;
    /** This many always alarm. */
    most: number;
    /** Fewer than this never do, however quiet the actor was. */
    least: number;
    /** How many deviations above the actor's own median of daily peaks. */
    deviations: number;
  };
  /** Refused requests of one actor within the window. */
  refusals: { windowMinutes: number; most: number };
  /** Whether people must have a case of the customer open to look at them. */
  openCase: 'asked' | 'off';
  ownFamilyName: 'asked' | 'off';
};
export type AccessReviewDeclaration = { [name in keyof AccessReviewSettings]?: Partial<AccessReviewSettings[name]> };

export const accessReviewDefaults: AccessReviewSettings = {
  manyProfiles: { windowMinutes: 60, most: 200, least: 30, deviations: 3.5 },
  refusals: { windowMinutes: 15, most: 5 },
  openCase: 'off',
  ownFamilyName: 'asked',
};

export function accessReviewSettings(declared: AccessReviewDeclaration = {}): AccessReviewSettings {
  const { hours, manyProfiles, refusals, ...rest } = declared;
  return {
    ...accessReviewDefaults,
    ...(rest as Partial<AccessReviewSettings>),
    manyProfiles: { ...accessReviewDefaults.manyProfiles, ...manyProfiles },
    refusals: { ...accessReviewDefaults.refusals, ...refusals },
    ...(hours && { hours: hours as WorkingHours }),
  };
}

const onOff = { enum: ['asked', 'off'] } as const;
const minutes = { type: 'integer', minimum: 1, maximum: 24 * 60 } as const;
const clock = { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' } as const;

/** `most` is bounded so that what is remembered of an actor is too. */
export const accessReviewSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    hours: {
      type: 'object',
      additionalProperties: false,
      required: ['timeZone', 'days', 'from', 'to'],
      properties: {
        timeZone: { type: 'string', minLength: 1, maxLength: 64 },
        days: { type: 'array', minItems: 1, maxItems: 7, uniqueItems: true, items: { type: 'integer', minimum: 1, maximum: 7 } },
        from: clock,
        to: clock,
        holidays: { type: 'array', maxItems: 400, items: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' } },
      },
    },
    manyProfiles: {
      type: 'object',
      additionalProperties: false,
      properties: {
        windowMinutes: minutes,
        most: { type: 'integer', minimum: 1, maximum: 2_000 },
        least: { type: 'integer', minimum: 1, maximum: 2_000 },
        deviations: { type: 'number', minimum: 1, maximum: 20 },
      },
    },
    refusals: {
      type: 'object',
      additionalProperties: false,
      properties: { windowMinutes: minutes, most: { type: 'integer', minimum: 1, maximum: 1_000 } },
    },
    openCase: onOff,
    ownFamilyName: onOff,
  },
} as const;
