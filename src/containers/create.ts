import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UndoStack } from '../async/index.ts';
import { removeTree } from '../host/index.ts';
import type { Image } from '../images/index.ts';
import { validateHostConfig } from '../runtime/index.ts';
import type { ContainerCreate } from '../wire/index.ts';
import { commandLine, mergeConfig, validateConfig } from './config.ts';
import { Container } from './container.ts';
import { holdVolumes, planContainerMounts } from './create-mounts.ts';
import { containersRoot, type Engine, emitContainer } from './engine.ts';
import { validateHealthcheck } from './health/settings.ts';
import { imagesOf, prepareImages, withImageSources } from './image-mounts.ts';
import { layOut } from './lay-out.ts';
import { resolveLogConfig } from './log-config.ts';
import { randomId, randomName } from './names.ts';
import { networkWishes } from './network/mode.ts';
import { type ContainerRecord, freshState, publishRecord } from './record.ts';
import { validateRestartPolicy } from './restart/policy.ts';
import { nowNano } from './time.ts';

/** A request to make a container; `name` "" asks for a random one. */
export interface CreateRequest {
  name: string;
  body: ContainerCreate;
  platform: string;
  apiVersion: string;
}

/**
 * Makes a container: name, volumes, root file system, record. What was made is unmade where a later step fails.
 * @throws not-found for the image, conflict for the name, and what the configuration and the mounts are refused for.
 */
export async function createContainer(
  engine: Engine,
  request: CreateRequest,
): Promise<{ Id: string; Warnings: string[] }> {
  const image = engine.images.get(request.body.Image);
  const { record, warnings } = newRecord(engine, request, image);
  const plan = planContainerMounts(engine, { ...record, apiVersion: request.apiVersion });
  const made = UndoStack.run(
    async (undo) => {
      engine.store.imagesInUse.set(record.id, [record.imageId, ...imagesOf(plan)]);
      record.name = takeName(engine, { name: request.name, id: record.id, undo });
      const mountPoints = await holdVolumes(engine, plan, { id: record.id, undo });
      record.mountPoints = withImageSources(mountPoints, join(containersRoot(engine), record.id));
      const { container, warnings: found } = await build(engine, record, undo);
      engine.store.add(container);
      emitContainer(engine, container, { action: 'create' });
      return { Id: record.id, Warnings: [...warnings, ...plan.warnings, ...found] };
    },
    (error) => engine.log.error({ container: record.id, err: error }, 'could not undo a failed create'),
  );
  return made.finally(() => engine.store.imagesInUse.delete(record.id));
}

function newRecord(
  engine: Engine,
  request: CreateRequest,
  image: Image,
): { record: ContainerRecord; warnings: string[] } {
  const config = mergeConfig(request.body, image);
  validateConfig(config);
  validateHealthcheck(config.Healthcheck);
  validateRestartPolicy(request.body.HostConfig.RestartPolicy, request.body.HostConfig.AutoRemove);
  const id = randomId();
  const { mode, networks } = networkWishes(request.body, engine);
  const LogConfig = resolveLogConfig(request.body.HostConfig.LogConfig, engine.logDefaults);
  const hostConfig = { ...request.body.HostConfig, NetworkMode: mode, LogConfig };
  const warnings = validateHostConfig(hostConfig);
  if (config.Hostname === '') config.Hostname = id.slice(0, 12);
  const record: ContainerRecord = {
    schemaVersion: 1,
    id,
    name: '',
    created: nowNano(),
    imageId: image.id,
    platform: 'linux',
    config,
    hostConfig,
    networks,
    args: commandLine(config),
    mountPoints: [],
  };
  return { record, warnings };
}

function takeName(engine: Engine, wanted: { name: string; id: string; undo: UndoStack }): string {
  const { id, undo } = wanted;
  const name = wanted.name.replace(/^\//, '') || randomName((free) => engine.store.isNameFree(free));
  engine.store.reserveName(name, id);
  undo.add(() => engine.store.releaseName(name));
  return name;
}

/** The container's folder, made beside its place and moved there whole. A '.' keeps it apart from ids after a crash. */
async function build(
  engine: Engine,
  record: ContainerRecord,
  undo: UndoStack,
): Promise<{ container: Container; warnings: string[] }> {
  const dir = join(containersRoot(engine), record.id);
  const temporary = join(containersRoot(engine), `.new-${record.id}`);
  mkdirSync(temporary, { mode: 0o710 });
  undo.add(() => removeTree(temporary));
  await prepareImages(engine, record.mountPoints, temporary);
  const warnings = await layOut(engine, record, join(temporary, 'fs'));
  await publishRecord(temporary, dir, record);
  undo.add(() => removeTree(dir));
  return { container: new Container(dir, record, freshState()), warnings };
}
