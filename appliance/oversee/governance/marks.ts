// What one value can show, as bits. Beside classes there are marks that only count together with others.

export const marks = [
  'phone',
  'national_id',
  'bank_card',
  'email',
  'address',
  'han_name',
  'western_name',
  /** Letters in the shape of a name, whether or not any is known. */
  'name_shape',
  /** A day between 5 and 100 years ago; and one more than 20 years ago. */
  'birth_date',
  'long_ago',
  'ip_address',
  /** UUID, MAC address, IMEI, hexadecimal of 16 and more. */
  'device_shape',
  /** One word with digits in it, as ids are. */
  'token',
  'free_text',
] as const;
export type Mark = (typeof marks)[number];
export const bitOf = Object.fromEntries(marks.map((mark, at) => [mark, 1 << at])) as { readonly [mark in Mark]: number };
