/** One line about what is being done; on stderr, so that a script's real output can be piped on. */
export function say(message) {
  process.stderr.write(`${message}\n`);
}

/** Ends the script for a reason the user can act on: the message alone, no stack trace. */
export function stop(message) {
  process.stderr.write(`\n${message}\n`);
  process.exit(1);
}

/** Whether a script's own work was the reason to fail: prints it in one line instead of Node's trace. */
export async function guarded(work) {
  try {
    await work();
  } catch (error) {
    stop(error instanceof Error ? error.message : String(error));
  }
}
