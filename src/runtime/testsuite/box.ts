import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cgroupLayout, findProgram, run, silentLog } from '../../host/index.ts';
import { type HostConfig, hostConfigSchema } from '../../wire/index.ts';
import {
  type Attachment,
  buildSpec,
  type ContainerExit,
  cgroupPathOf,
  type LogLimits,
  type OciSpec,
  Runtime,
  type SpecInput,
  writeBundle,
} from '../index.ts';

/** What a test's container is, beside its command. */
export interface BoxOptions {
  tty?: boolean;
  stdin?: boolean;
  stdinOnce?: boolean;
  log?: boolean;
  logLimits?: LogLimits;
  hostConfig?: Partial<HostConfig>;
  spec?: Partial<SpecInput>;
}

/** Real containers of the host's busybox, for tests: everything that they leave is cleared away at the end. */
export class Box {
  readonly dir: string;
  readonly rootfs: string;
  readonly parent = `holdfast-test-${randomBytes(4).toString('hex')}`;
  readonly ends: ContainerExit[] = [];
  runtime: Runtime;
  readonly #ids: string[] = [];
  readonly #specs = new Map<string, OciSpec>();
  readonly #waiting = new Map<string, (exit: ContainerExit) => void>();

  private constructor(dir: string, runtime: Runtime) {
    this.dir = dir;
    this.rootfs = join(dir, 'rootfs');
    this.runtime = runtime;
    this.#listen();
  }

  static async make(): Promise<Box> {
    const dir = mkdtempSync(join(tmpdir(), 'holdfast-box-'));
    const box = new Box(dir, await Runtime.open({ execRoot: dir, log: silentLog }));
    await box.#layOut();
    return box;
  }

  async #layOut(): Promise<void> {
    const busybox = findProgram('busybox') ?? 'busybox';
    for (const name of ['bin', 'sbin', 'etc', 'tmp', 'root', 'proc', 'sys', 'dev']) {
      mkdirSync(join(this.rootfs, name), { recursive: true });
    }
    copyFileSync(busybox, join(this.rootfs, 'bin/busybox'));
    const { stdout } = await run([busybox, '--list']);
    for (const name of stdout.split('\n')) {
      if (name !== '' && name !== 'busybox') symlinkSync('busybox', join(this.rootfs, 'bin', name));
    }
  }

  #listen(): void {
    this.runtime.exits((exit) => {
      this.ends.push(exit);
      this.#waiting.get(exit.id)?.(exit);
    });
  }

  /** As if the daemon had been killed and started again. */
  async restart(): Promise<void> {
    this.runtime.close();
    this.runtime = await Runtime.open({ execRoot: this.dir, log: silentLog });
    this.#listen();
  }

  logPath(id: string): string {
    return join(this.dir, `${id}.log`);
  }

  specOf(id: string): OciSpec {
    const spec = this.#specs.get(id);
    if (spec === undefined) throw new Error(`no container ${id}`);
    return spec;
  }

  /** Creates a container that runs `args`. @returns its id and process */
  async create(args: string[], options: BoxOptions = {}): Promise<{ id: string; pid: number; startTime: number }> {
    const id = randomBytes(8).toString('hex');
    const tty = options.tty ?? false;
    const spec = buildSpec({
      id,
      rootfs: this.rootfs,
      readonlyRootfs: false,
      hostname: 'box',
      domainname: '',
      process: { args, env: ['PATH=/bin'], cwd: '/', tty, user: { uid: 0, gid: 0, additionalGids: [0] } },
      mounts: [],
      hostConfig: { ...hostConfigSchema.parse({}), ...options.hostConfig },
      network: 'none',
      cgroupsPath: cgroupPathOf(id, this.parent),
      ...options.spec,
    });
    const bundle = join(this.dir, 'bundles', id);
    writeBundle(bundle, spec);
    this.#ids.push(id);
    this.#specs.set(id, spec);
    const { stdin = false, stdinOnce = false, logLimits, log = true } = options;
    const logPath = log ? this.logPath(id) : undefined;
    return { id, ...(await this.runtime.create({ id, bundle, logPath, tty, stdin, stdinOnce, logLimits })) };
  }

  /** Resolves with the end of a container, whether it has come already or not. */
  end(id: string): Promise<ContainerExit> {
    const known = this.ends.find((exit) => exit.id === id);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** Creates, attaches, starts, and waits for the end. */
  async run(args: string[], options: BoxOptions = {}) {
    const { id } = await this.create(args, options);
    const output = collect(this.runtime.attach(id));
    await this.runtime.start(id);
    const { exitCode } = await this.end(id);
    return { id, exitCode, ...(await output) };
  }

  async clear(): Promise<void> {
    for (const id of this.#ids) await this.runtime.delete(id);
    this.runtime.close();
    const { v1, unified } = cgroupLayout();
    for (const tree of [...Object.values(v1), unified]) {
      if (tree === undefined) continue;
      try {
        rmdirSync(join(tree, this.parent));
      } catch {
        // A controller that no container of this test used.
      }
    }
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Everything an attachment gives, by stream. */
export async function collect(attachment: Attachment): Promise<{ stdout: Buffer; stderr: Buffer }> {
  const chunks: Record<1 | 2, Buffer[]> = { 1: [], 2: [] };
  attachment.onData((stream, chunk) => chunks[stream].push(chunk));
  await attachment.ended;
  return { stdout: Buffer.concat(chunks[1]), stderr: Buffer.concat(chunks[2]) };
}
