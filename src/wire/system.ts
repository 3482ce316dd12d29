/** GET /version (API 1.24 to 1.50). */
export interface SystemVersion {
  Platform: { Name: string };
  Components: Array<{ Name: string; Version: string; Details: Record<string, string> }>;
  Version: string;
  ApiVersion: string;
  MinAPIVersion: string;
  GitCommit: string;
  GoVersion: string;
  Os: string;
  Arch: string;
  KernelVersion: string;
  BuildTime: string;
}

/** The parts of GET /system/df, as `type=` names them. */
export type DiskUsageType = 'container' | 'image' | 'volume' | 'build-cache';
