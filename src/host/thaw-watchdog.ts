import { existsSync, writeFileSync } from 'node:fs';
import { unavailable } from '../errors/index.ts';
import { spawnProcess } from './spawn-process.ts';

/*
 * Waits for the word that all is thawed, and where it does not come, because the daemon is gone or the time is over, thaws.
 * It reads a pipe that only the daemon has the other end of, so that the daemon's death ends it, however it dies.
 */
const program = `# Thaws control groups where the daemon that froze them is gone or takes too long.
# thaw.sh SECONDS WORD FILE... : writes WORD into each FILE, unless "thawed" comes on standard input in time.
trap '' HUP INT TERM
seconds=$1
word=$2
shift 2
echo ready
[ "$(timeout "$seconds" cat)" = thawed ] && exit 0
for file; do
  echo "$word" > "$file"
done
exit 1
`;

/** What freezes and thaws a group of processes: a file of the kernel's, and the word that thaws. */
export interface ThawOrder {
  files: readonly string[];
  word: string;
  /** How long they may stay frozen at most, in seconds. */
  limitSeconds: number;
}

/** A process that thaws what this one has frozen, whatever becomes of this one. */
export interface ThawWatchdog {
  /** Says that all is thawed, and waits for its end. @returns false where it had thawed already, the time being over. */
  dismiss(): Promise<boolean>;
}

/**
 * Starts one; on return it watches. In a session of its own: a signal to the daemon's process group does not reach it.
 * @param script the path of a file that it is written to where it is missing.
 * @throws unavailable where it cannot be started: then nothing may be frozen.
 */
export async function startThawWatchdog(script: string, order: ThawOrder): Promise<ThawWatchdog> {
  if (!existsSync(script)) writeFileSync(script, program, { mode: 0o600 });
  const argv = ['sh', script, String(order.limitSeconds), order.word, ...order.files];
  const child = spawnProcess(argv, { stderr: 'ignore', detached: true });
  const ready = new Promise<boolean>((resolve) => {
    child.stdout.once('data', () => resolve(true));
    void child.exited.then(() => resolve(false));
  });
  if (!(await ready)) throw unavailable('what thaws containers in case of need could not be started');
  return {
    dismiss: async () => {
      child.stdin.end('thawed\n');
      return (await child.exited).code === 0;
    },
  };
}
