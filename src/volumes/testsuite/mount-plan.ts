import { type Mount, mountSchema } from '../../wire/index.ts';
import type { MountPoint } from '../mounts/mount-point.ts';
import { type MountPlan, type MountPlanInput, planMounts, withVolume } from '../mounts/plan.ts';
import type { Volume } from '../volume.ts';

/** A `--mount`; a named place where the test does not care. */
export const mount = (fields: object): Mount => mountSchema.parse({ Type: 'volume', Target: '/m', ...fields });

/** The plan of a request that has just what the test is about. */
export const plan = (input: Partial<MountPlanInput>): MountPlan =>
  planMounts({
    binds: [],
    mounts: [],
    tmpfs: {},
    volumesFrom: [],
    configVolumes: [],
    volumeDriver: '',
    apiVersion: '1.50',
    dataRoot: '/var/lib/holdfast',
    sourceExists: () => true,
    ...input,
  });

export const pointsOf = (input: Partial<MountPlanInput>): MountPoint[] =>
  plan(input).entries.map(({ mountPoint }) => mountPoint);

/** The only mount, or the first. */
export const first = (input: Partial<MountPlanInput>): MountPoint => {
  const [mountPoint] = pointsOf(input);
  if (mountPoint === undefined) throw new Error('nothing is planned');
  return mountPoint;
};

/** The mounts in words: `volume name /path`. */
export const shown = (input: Partial<MountPlanInput>): string[] =>
  pointsOf(input).map(
    ({ type, name, source, destination, rw }) => `${type} ${name || source} ${destination}${rw ? '' : ' ro'}`,
  );

const volume = (name: string): Volume => ({
  name,
  driver: 'local',
  mountpoint: `/volumes/${name}/_data`,
  createdAt: '',
  labels: null,
  options: null,
  scope: 'local',
});

/** The mounts of a container that was made by `input`. */
export const container = (input: Partial<MountPlanInput>): MountPoint[] =>
  plan(input).entries.map((entry, index) =>
    entry.volume === undefined
      ? entry.mountPoint
      : withVolume(entry.mountPoint, volume(entry.volume.name || `anonymous${index}`)),
  );
