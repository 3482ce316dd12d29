import { conflict, invalidArgument } from '../errors/index.ts';
import type { Container } from './container.ts';
import { type Engine, emitContainer } from './engine.ts';
import { writeRecord } from './record.ts';

/** Gives a container another name. The caller holds its lock. @throws invalid-argument, or conflict where it is taken. */
export async function renameContainer(engine: Engine, container: Container, wanted: string): Promise<void> {
  const name = wanted.replace(/^\//, '');
  const oldName = container.name;
  if (name === '') throw invalidArgument('Neither old nor new names may be empty');
  if (name === oldName) {
    throw invalidArgument(`Renaming a container with the same name as its current name`);
  }
  if (container.state.status === 'removing') throw conflict('container is marked for removal and cannot be renamed');
  engine.store.reserveName(name, container.id);
  const record = { ...container.record, name };
  try {
    await writeRecord(container.dir, record);
  } catch (error) {
    engine.store.releaseName(name);
    throw error;
  }
  container.record = record;
  engine.store.releaseName(oldName);
  await engine.networks.rename(container.id, { from: oldName, to: name });
  container.sandbox = engine.networks.sandbox(container.id);
  emitContainer(engine, container, { action: 'rename', attributes: { oldName: `/${oldName}` } });
}
