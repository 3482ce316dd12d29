import { validateLogConfig } from '../containers/index.ts';
import { invalidArgument, messageOf } from '../errors/index.ts';
import { type DirectoryLock, type Log, lockDirectory } from '../host/index.ts';
import { type ApiServer, createServer, MetricsPort, RequestMeter } from '../server/index.ts';
import { RELEASE } from '../wire/index.ts';
import { type Engine, openEngine } from './engine.ts';
import { systemBackend } from './facts.ts';
import { imagesBackend } from './images-backend.ts';
import { createLog } from './log.ts';
import { engineMetrics } from './metrics/metrics.ts';
import { networksBackend } from './networks-backend.ts';
import { removePidfile, writePidfile } from './pidfile.ts';
import { makeRoot } from './root.ts';
import { seeingBackend } from './seeing/seeing-backend.ts';
import type { Settings } from './settings.ts';

/** A running engine and its server. */
export class Daemon {
  readonly #settings: Settings;
  readonly #lock: DirectoryLock;
  readonly #engine: Engine;
  readonly #served: Served;
  readonly #log: Log;

  private constructor(parts: { settings: Settings; lock: DirectoryLock; engine: Engine; served: Served; log: Log }) {
    this.#settings = parts.settings;
    this.#lock = parts.lock;
    this.#engine = parts.engine;
    this.#served = parts.served;
    this.#log = parts.log;
  }

  /**
   * Opens the engine and serves it.
   * @throws conflict where another daemon uses the data root or answers on a socket; invalid-argument where a root cannot be
   *   made, or would lie where the kernel keeps no files, and for log options that are none.
   */
  static async start(settings: Settings): Promise<Daemon> {
    checkLogConfig(settings);
    const log = createLog(settings.logLevel);
    makeRoot('data-root', settings.dataRoot, 0o710);
    makeRoot('exec-root', settings.execRoot, 0o711);
    const lock = lockDirectory(settings.dataRoot);
    try {
      const engine = await openEngine({ ...settings, log });
      const served = await serve(engine, settings, log);
      writePidfile(settings.pidfile);
      const ports = settings.ports.map(({ host, port }) => `${host}:${port}`);
      log.info({ sockets: settings.sockets, ports, dataRoot: settings.dataRoot }, 'holdfast is ready');
      return new Daemon({ settings, lock, engine, served, log });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Stops serving and lets deletions under way finish. Running containers go on; the next daemon takes them over. */
  async stop(): Promise<void> {
    await Promise.all([this.#served.server.close(), this.#served.metricsPort?.close()]);
    await this.#engine.builds.close();
    await this.#engine.backups.close();
    await this.#engine.containers.close();
    const { volumes, images, networks } = this.#engine;
    await Promise.all([volumes.close(), images.idle(), networks.close()]);
    removePidfile(this.#settings.pidfile);
    this.#lock.release();
    this.#log.info('holdfast has stopped; running containers go on');
  }
}

function checkLogConfig({ logConfig }: Settings): void {
  try {
    validateLogConfig(logConfig);
  } catch (error) {
    throw invalidArgument(`failed to set log opts: ${messageOf(error)}`, error);
  }
}

interface Served {
  server: ApiServer;
  /** Undefined where none was asked for. */
  metricsPort: MetricsPort | undefined;
}

async function serve(engine: Engine, settings: Settings, log: Log): Promise<Served> {
  const meter = new RequestMeter();
  const metrics = () => engineMetrics(engine, meter, engine.counts);
  const { backups, builds, containers, events, volumes } = engine;
  const server = createServer(
    {
      backups,
      builds,
      containers,
      events,
      execs: containers,
      images: imagesBackend(engine),
      networks: networksBackend(engine),
      placement: volumes.placement,
      pools: volumes.pools,
      seeing: { ...seeingBackend(engine), metrics },
      system: systemBackend(engine, settings),
      adoption: volumes.adoption,
      snapshots: volumes.snapshots,
      trash: volumes.trash,
      transfers: volumes.transfers,
      volumes,
    },
    { version: RELEASE, log, meter },
  );
  for (const path of settings.sockets) await server.listen({ path, group: settings.group });
  for (const port of settings.ports) await server.listen(port);
  const { metricsAddress } = settings;
  const metricsPort = metricsAddress === undefined ? undefined : await MetricsPort.open(metricsAddress, metrics);
  if (metricsPort !== undefined) log.info({ address: metricsPort.address }, 'metrics are served');
  return { server, metricsPort };
}
