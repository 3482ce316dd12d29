/**
 * One message of a progress stream (pull, push, load, import, build): a line of JSON. A failure after the first is the
 * last message and carries `errorDetail` and `error`.
 */
export interface Progress {
  stream?: string;
  status?: string;
  id?: string;
  progress?: string;
  /** `current` and `total` in bytes; empty where there is no number to show. */
  progressDetail?: { current?: number; total?: number };
  aux?: Record<string, unknown>;
  errorDetail?: { code?: number; message: string };
  error?: string;
}
