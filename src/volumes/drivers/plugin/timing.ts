/** How long a plugin is waited for, in milliseconds. */
export interface PluginTiming {
  /** One answer; semantics 26.4. */
  answer: number;
  /** One answer to Create and Mount, which may have to attach a disk. */
  slowAnswer: number;
  /** The first pause before a plugin that cannot be reached is tried again; each further one is twice as long. */
  firstPause: number;
  /** No pause begins that would end later than this after the first try. */
  retryFor: number;
  /** How long a driver that nothing is known of is looked for: it may be about to start. */
  lookFor: number;
}

/** Docker's, except for `lookFor`: Docker looks for 15 seconds, and whoever mistypes a name waits that long. */
export const pluginTiming: PluginTiming = {
  answer: 60_000,
  slowAnswer: 120_000,
  firstPause: 1000,
  retryFor: 30_000,
  lookFor: 1000,
};
