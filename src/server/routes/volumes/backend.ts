import type { Filters, VolumeCreate } from '../../../wire/index.ts';

/** A volume as the backend knows it; see VolumeSummary for what its fields mean on the wire. */
export interface VolumeFacts {
  readonly name: string;
  readonly driver: string;
  readonly mountpoint: string;
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly options: Readonly<Record<string, string>> | null;
  readonly scope: string;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** What the volume routes need of the engine. */
export interface VolumesBackend {
  create(request: VolumeCreate): Promise<VolumeFacts>;
  get(name: string): Promise<VolumeFacts>;
  list(filters: Filters): Promise<{ volumes: readonly VolumeFacts[]; warnings: readonly string[] }>;
  remove(name: string, options: { force: boolean }): Promise<void>;
  /** `all` removes named volumes too: the rule below API 1.42. `reclaimed` in bytes. */
  prune(filters: Filters, options: { all: boolean }): Promise<{ deleted: readonly string[]; reclaimed: number }>;
  /** For /system/df: `size` in bytes, -1 where it could not be told. */
  usage(): Promise<ReadonlyArray<{ volume: VolumeFacts; size: number; refCount: number }>>;
}
