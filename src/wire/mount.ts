import * as z from 'zod';
import { flag, list, nullableMap, number, text } from './lenient.ts';

/** How owners are shown in a container: `match-user` shows the source's owner as `User`, or as whom the container runs as. */
const idMapping = () => z.object({ Source: text(), User: text() }).nullish();

/** One entry of `HostConfig.Mounts`: what `--mount` sends. */
export const mountSchema = z.object({
  Type: text(),
  Source: text(),
  Target: text(),
  ReadOnly: flag(),
  /** Of this engine, not of Docker: the content is given to the container's user at each start, as by mode `U` of a bind. */
  Chown: flag(),
  Consistency: text(),
  BindOptions: z
    .object({
      Propagation: text(),
      NonRecursive: flag(),
      CreateMountpoint: flag(),
      ReadOnlyNonRecursive: flag(),
      ReadOnlyForceRecursive: flag(),
      /** As drafted for Docker's API 1.56. */
      IDMapping: idMapping(),
    })
    .nullish(),
  VolumeOptions: z
    .object({
      NoCopy: flag(),
      Labels: nullableMap(z.string()),
      Subpath: text(),
      DriverConfig: z.object({ Name: text(), Options: nullableMap(z.string()) }).nullish(),
      /** Of this engine: what `BindOptions` has, for a volume. */
      IDMapping: idMapping(),
    })
    .nullish(),
  ImageOptions: z.object({ Subpath: text() }).nullish(),
  /** `SizeBytes` in bytes, `Mode` the permission bits. */
  TmpfsOptions: z.object({ SizeBytes: number(), Mode: number(), Options: list(z.array(z.string())) }).nullish(),
});
export type Mount = z.output<typeof mountSchema>;

/** One entry of a container's `Mounts` in inspect and list. `Name` and `Driver` are left out where empty. */
export interface MountSummary {
  Type: string;
  Name?: string;
  Source: string;
  Destination: string;
  Driver?: string;
  Mode: string;
  RW: boolean;
  Propagation: string;
}
