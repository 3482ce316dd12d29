import { HoldfastError } from '../../errors/index.ts';
import { type App, warn } from '../app.ts';
import { PROGRAM } from '../names.ts';

/** The engine or this command is to blame, not the container's command. */
const ENGINE_FAILED = 125;
const CANNOT_RUN = 126;
const NOT_FOUND = 127;

/** Says why there is no container. @returns the exit code that goes with it. */
export function refuseLine(app: App, error: unknown, path: string): number {
  if (!(error instanceof HoldfastError)) throw error;
  warn(app, `${PROGRAM}: ${error.message}\n\nRun '${path} --help' for more information`);
  return ENGINE_FAILED;
}

/** Says why a container does not run. @returns the exit code that goes with it. */
export function runFailure(app: App, error: unknown, path: string): number {
  refuseLine(app, error, path);
  return error instanceof HoldfastError ? exitCodeOf(error.message) : ENGINE_FAILED;
}

/** Docker's exit codes, told from the runtime's words as its own client does. */
function exitCodeOf(message: string): number {
  if (/executable file not found|no such file or directory|system cannot find the file specified/.test(message)) {
    return NOT_FOUND;
  }
  return /permission denied|is a directory/.test(message) ? CANNOT_RUN : ENGINE_FAILED;
}
