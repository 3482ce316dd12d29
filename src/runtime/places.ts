import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the runtime keeps what lives no longer than the machine is up. */
export class Places {
  readonly root: string;

  /** @param execRoot a folder on a file system that does not outlive a boot, as /run */
  constructor(execRoot: string) {
    this.root = join(execRoot, 'runtime');
  }

  make(): void {
    for (const dir of [this.state, this.exits, this.containers, this.sockets])
      mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  /** The OCI runtime's own state. */
  get state(): string {
    return join(this.root, 'state');
  }

  /** One file a container that has ended, named by its id and holding its exit code; conmon writes them. */
  get exits(): string {
    return join(this.root, 'exits');
  }

  get containers(): string {
    return join(this.root, 'containers');
  }

  /** Links to bundles, made by a conmon that needs short paths to its sockets. */
  get sockets(): string {
    return join(this.root, 's');
  }

  /** What we keep of one container. */
  container(id: string): string {
    return join(this.containers, id);
  }

  /** There while a created container waits to be started; reading it starts the process (runc). */
  startFifo(id: string): string {
    return join(this.state, id, 'exec.fifo');
  }
}
