/** What the core may ask of those who hold volumes. Who they are, it does not know: a holder is an opaque string. */
export interface Freezer {
  /** Which of these holders have processes now, standing still or not; by the names that users know them by. */
  running(holders: readonly string[]): string[];

  /**
   * Does something while none of these holders starts, pauses, goes on or goes away by anybody's wish. To be taken before the
   * locks of volumes, whose order is: holders, then volumes by name.
   * @param work is given what freezes those of them that run.
   */
  holdStill<T>(holders: readonly string[], work: (freeze: Freeze) => Promise<T>): Promise<T>;
}

/**
 * Does something while the processes stand still, which notice nothing of it. They are thawed whatever happens to this
 * process meanwhile, and once the time is over.
 * @returns the result, and for how many milliseconds they stood still; 0 where none ran.
 * @throws what the work throws; unavailable where they cannot be frozen, or the time was over before the work was.
 */
export type Freeze = <T>(
  work: () => Promise<T>,
  options: { limitSeconds: number },
) => Promise<{ result: T; frozenMs: number }>;

/** Where nobody has processes: volumes that are used by themselves, in tests. */
export const noHolders: Freezer = {
  running: () => [],
  holdStill: (_holders, work) => work(async (inner) => ({ result: await inner(), frozenMs: 0 })),
};
