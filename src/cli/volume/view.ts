/** A volume in GET /holdfast/v1/volumes. Bytes; times RFC 3339; null for what is not known or never was. */
export interface VolumeView {
  name: string;
  pool: string;
  anonymous: boolean;
  protected: boolean;
  size: number | null;
  sizeAt: string | null;
  limit: number | null;
  users: Array<{ id: string; name: string; running: boolean }>;
  lastUsedAt: string | null;
  lastBackupAt: string | null;
}

/** A container, in a volume's history. */
export interface HistoryContainer {
  id: string;
  name: string;
  image: string;
  project: string;
  service: string;
}

/** GET /holdfast/v1/volumes/{name} */
export interface VolumeInspection extends VolumeView {
  createdAt: string;
  history: {
    createdFor: HistoryContainer | null;
    users: Array<
      HistoryContainer & {
        destination: string;
        readWrite: boolean;
        since: string;
        starts: number;
        lastStartedAt: string | null;
        lastEndedAt: string | null;
      }
    >;
    steps: Array<{ at: string; action: string; attributes: Record<string, string> }>;
  };
}
