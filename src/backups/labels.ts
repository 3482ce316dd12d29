/** What users say of backups by labels, on a volume or on a container that uses it. */
export const backupLabels = {
  /** `@daily`, `0 3 * * *`, `none`: on the volume. */
  schedule: 'holdfast.backup.schedule',
  /** `7d,4w,6m`: on the volume. */
  keep: 'holdfast.backup.keep',
  /** `1h`: how long a backup may take before there is an alarm; on the volume. */
  maxDuration: 'holdfast.backup.max-duration',
  /** The name of a repository: on the volume. */
  repository: 'holdfast.backup.repository',
  /** `true`: on the volume, for all containers that use it, or on a container. */
  stop: 'holdfast.backup.stop',
  /** A command for the container's shell: on the container. */
  execPre: 'holdfast.backup.exec-pre',
  execPost: 'holdfast.backup.exec-post',
  /** `postgres`, `mysql`, `mariadb`, `sqlite`, `redis`: on the container. */
  preset: 'holdfast.backup.preset',
} as const;

type Labelled = { labels: Readonly<Record<string, string>> | null };

/** What a label says; "" where it is absent. */
export const labelOf = ({ labels }: Labelled, name: string): string => labels?.[name] ?? '';

/** Whether a label says yes, as Docker's flags do. */
export const isSet = (labelled: Labelled, name: string): boolean => /^(1|t|true)$/i.test(labelOf(labelled, name));
