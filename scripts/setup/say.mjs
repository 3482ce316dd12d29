/** One line about what is being done; on stderr, so that a script's real output can be piped on. */
export function say(message) {
  process.stderr.write(`${message}\n`);
}

/** Ends the script for a reason the user can act on. */
export function stop(message) {
  throw new Error(message);
}

/** Runs a script's work; what it throws is shown as its message alone, without Node's trace, and is exit code 1. */
export async function guarded(work) {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
