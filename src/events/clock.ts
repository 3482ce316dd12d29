/**
 * Makes event times: the wall clock in nanoseconds since the epoch, each strictly later than the one before, so that a
 * client can go on exactly after the last event it saw, even where the clock was set back.
 */
export function eventClock(now: () => number = Date.now): () => bigint {
  let last = 0n;
  return () => {
    const wall = BigInt(Math.trunc(now())) * 1_000_000n;
    last = wall > last ? wall : last + 1n;
    return last;
  };
}
