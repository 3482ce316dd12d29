/** GET /exec/{id}/json. `ExitCode` is null until the process has ended; `Pid` is 0 before it runs. */
export interface ExecInspect {
  ID: string;
  Running: boolean;
  ExitCode: number | null;
  ProcessConfig: { tty: boolean; entrypoint: string; arguments: string[]; privileged: boolean; user?: string };
  OpenStdin: boolean;
  OpenStderr: boolean;
  OpenStdout: boolean;
  CanRemove: boolean;
  ContainerID: string;
  /** The detach keys as bytes, base64. */
  DetachKeys: string;
  Pid: number;
}

/** The answer of POST /containers/{id}/wait. */
export interface WaitResult {
  StatusCode: number;
  Error?: { Message: string };
}
