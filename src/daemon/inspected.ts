import type { ContainerService } from '../containers/index.ts';
import { MAX_API_VERSION } from '../wire/index.ts';

/** What of a container's inspection the wiring uses. */
export interface Inspected {
  Id: string;
  Created: string;
  Name: string;
  /** The image's digest. */
  Image: string;
  State: { Running: boolean; ExitCode: number; Health?: { Status: string } };
  HostConfig: Record<string, unknown> & { AutoRemove: boolean };
  Config: Record<string, unknown> & {
    Labels: Record<string, string> | null;
    Healthcheck?: { Test?: readonly string[] | null };
  };
  Mounts: ReadonlyArray<{ Type: string; Name?: string; Destination: string }>;
}

/** @throws not-found. */
export async function inspected(containers: ContainerService, id: string): Promise<Inspected> {
  return (await containers.inspect(id, { size: false, apiVersion: MAX_API_VERSION })) as Inspected;
}
