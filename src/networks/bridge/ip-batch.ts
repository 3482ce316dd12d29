import { messageOf, systemError } from '../../errors/index.ts';
import { run } from '../../host/index.ts';

/**
 * Runs several commands of ip(8) by one process, up to the first that fails.
 * @param where words before it: what to run it in
 * @throws system with what ip(8) says
 */
export async function ipBatch(commands: readonly string[], where: readonly string[] = []): Promise<void> {
  try {
    await run([...where, 'ip', '-batch', '-'], { input: `${commands.join('\n')}\n` });
  } catch (error) {
    throw systemError(messageOf(error).replace(/\nCommand failed -:\d+$/, ''), error);
  }
}
