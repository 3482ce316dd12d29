import { type Spawned, spawnProcess } from '../spawn-process.ts';

/**
 * Another process that keeps replacing a folder by a link and back, as fast as it can but for short rests: what a hostile container does
 * to a path that the engine is about to use.
 */
export class Swapper {
  readonly #process: Spawned;
  #hundreds = 0;

  private constructor(process: Spawned) {
    this.#process = process;
    process.stdout.on('data', (dots: Buffer) => {
      this.#hundreds += dots.length;
    });
  }

  /** How often the folder has become a link so far, in hundreds that this process has heard of. */
  get swaps(): number {
    return this.#hundreds * 100;
  }

  /** @param folder the place; @param target where the link points that stands there half of the time */
  static async start(folder: string, target: string): Promise<Swapper> {
    const script = `
      const fs = require('node:fs');
      const [folder, target] = process.argv.slice(1);
      const [aside, link] = [folder + '.aside', folder + '.link'];
      fs.symlinkSync(target, link);
      fs.writeSync(1, '.');
      const still = new Int32Array(new SharedArrayBuffer(4));
      for (let round = 1; ; round += 1) {
        // A rest with the folder in place, long enough for a whole operation: however fast this machine swaps, some succeed.
        if (round % 100 === 0) {
          fs.writeSync(1, '.');
          Atomics.wait(still, 0, 0, 3);
        }
        try {
          fs.renameSync(folder, aside);
          fs.renameSync(link, folder);
          fs.renameSync(folder, link);
          fs.renameSync(aside, folder);
        } catch {
          // Taken away under us: put both back as they were before going on.
          try { fs.lstatSync(link); } catch { try { fs.symlinkSync(target, link); } catch {} }
          try { fs.mkdirSync(folder); } catch {}
        }
      }`;
    const child = spawnProcess([process.execPath, '-e', script, folder, target], {
      stdin: 'ignore',
      stderr: 'inherit',
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    return new Swapper(child);
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#process.closed;
  }
}
