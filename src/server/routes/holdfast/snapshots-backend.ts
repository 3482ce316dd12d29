import type { VolumeFacts } from '../volumes/backend.ts';
import type { WorkProgress } from './progress-stream.ts';

/** See the core's `Snapshot`, whose words these are. */
interface SnapshotFacts {
  readonly volume: string;
  readonly name: string;
  readonly createdAt: string;
  readonly automatic: boolean;
  readonly consistency: string;
  readonly frozenMs: number;
}

interface DifferenceFacts {
  readonly path: string;
  readonly change: string;
  readonly aspects: readonly string[];
}

interface WorkTools {
  signal: AbortSignal;
  onProgress: (progress: WorkProgress) => void;
}

interface SnapshotId {
  volume: string;
  name: string;
}

/** What the routes of snapshots need of the engine. */
export interface SnapshotsBackend {
  take(
    wish: { volumes: readonly string[]; name: string; freeze?: boolean | undefined },
    tools: WorkTools,
  ): Promise<{ snapshots: readonly SnapshotFacts[]; frozenMs: number }>;
  list(volume: string): Promise<readonly SnapshotFacts[]>;
  remove(id: SnapshotId): Promise<void>;
  rollBack(id: SnapshotId, tools: WorkTools): Promise<{ before: string }>;
  differences(id: SnapshotId & { until?: string | undefined }, signal: AbortSignal): AsyncIterable<DifferenceFacts>;
  volumesOf(project: string): Promise<readonly string[]>;
}

/** What the routes of clones and other names need of the engine. */
export interface VolumeCopyingBackend {
  clone(
    from: string,
    wanted: { name: string; labels: Record<string, string> | null; freeze?: boolean | undefined } & WorkTools,
  ): Promise<VolumeFacts>;
  rename(name: string, to: string): Promise<VolumeFacts>;
}
