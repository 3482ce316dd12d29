import * as z from 'zod';
import { nullableMap, text } from './lenient.ts';

/** The body of POST /volumes/create. Labels and DriverOpts stay null where never given, as Docker echoes them. */
export const volumeCreateSchema = z.object({
  Name: text(),
  Driver: text(),
  DriverOpts: nullableMap(z.string()),
  Labels: nullableMap(z.string()),
  ClusterVolumeSpec: z.unknown().optional(),
});
export type VolumeCreate = z.output<typeof volumeCreateSchema>;

/** A volume as list, inspect and create answer it. `CreatedAt` is RFC 3339 with seconds. */
export interface VolumeSummary {
  CreatedAt: string;
  Driver: string;
  Labels: Record<string, string> | null;
  Mountpoint: string;
  Name: string;
  Options: Record<string, string> | null;
  Scope: string;
  Status?: Record<string, unknown>;
  /** Only in /system/df: `Size` in bytes (-1 where it could not be told), `RefCount` containers that reference it. */
  UsageData?: { Size: number; RefCount: number };
}
