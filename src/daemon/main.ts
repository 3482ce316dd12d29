import { HoldfastError, messageOf } from '../errors/index.ts';
import { readSettings } from './settings.ts';
import { usage } from './usage.ts';

/**
 * Runs the daemon until it is told to end. Running containers are left alone, whatever ends it.
 * @param args the words after `holdfast daemon`.
 */
export async function runDaemon(args: readonly string[]): Promise<void> {
  try {
    const settings = readSettings(args, process.env);
    if (settings === undefined) {
      process.stdout.write(usage);
      return;
    }
    const { Daemon } = await import('./daemon.ts');
    const daemon = await Daemon.start(settings);
    endOnSignal(daemon);
  } catch (error) {
    process.stderr.write(`holdfast daemon: ${messageOf(error)}\n`);
    if (!(error instanceof HoldfastError) && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
    process.exit(1);
  }
}

function endOnSignal(daemon: { stop(): Promise<void> }): void {
  let ending = false;
  const end = () => {
    if (ending) process.exit(1);
    ending = true;
    daemon.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

await runDaemon(process.argv.slice(process.argv[2] === 'daemon' ? 3 : 2));
