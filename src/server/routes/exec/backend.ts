import type { ExecCreate, ExecStart } from '../../../wire/index.ts';
import type { AttachStream } from '../../attach-stream.ts';

/** What the exec routes need of the engine. */
export interface ExecBackend {
  execCreate(container: string, body: ExecCreate): Promise<{ Id: string }>;
  /** Undefined where the body asks to detach: the process runs by then. */
  execStart(id: string, body: ExecStart): Promise<AttachStream | undefined>;
  execInspect(id: string): Promise<object>;
  /** In character cells. */
  execResize(id: string, size: { height: number; width: number }): Promise<void>;
}
