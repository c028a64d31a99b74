// Every bound of an import by name. A file comes from outside, so each of its dimensions may be hostile; what goes beyond
// a bound is rejected with its line and the reason, or ends the import with a fault that names the bound.

export const importLimits = {
  /** One line of text, or one element of a JSON array; longer ones are rejected and skipped without being held. */
  lineBytes: 1024 * 1024,
  /** Lines a quoted CSV field may span; beyond, the line that opened the quote is rejected. */
  recordLines: 1000,
  columns: 2000,
  /** Nesting of a JSON row. */
  depth: 32,
  /** How much is read to recognise format, encoding, delimiter and columns. */
  sampleBytes: 256 * 1024,
  sampleRows: 200,
  /** Unpacked bytes for one packed byte, asked once `ratioFromBytes` are unpacked. Access logs reach 30. */
  ratio: 300,
  ratioFromBytes: 64 * 1024 * 1024,
  unpackedBytes: 2 ** 40,
  /** zstd frames may ask for a window of 2^n bytes; this is what the format recommends decoders to allow at most. */
  zstdWindowLog: 27,
  batchEvents: 1000,
  batchBytes: 400 * 1024,
  mapBytes: 1024 * 1024,
  /** The raw line as kept in the reject file. */
  rejectRawBytes: 8 * 1024,
  /** How long in a row a node at capacity is waited for. */
  busyWaitMs: 15 * 60 * 1000,
  busyPauseMs: 60 * 1000,
} as const;
