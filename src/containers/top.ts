import { conflict, invalidArgument, messageOf, systemError } from '../errors/index.ts';
import { run } from '../host/index.ts';
import type { Container } from './container.ts';
import { type Engine, emitContainer } from './engine.ts';

/** Processes as GET /containers/{id}/top shows them: a title for each column, and a row for each process. */
export interface ProcessTable {
  Titles: string[];
  Processes: string[][];
}

/**
 * Lists a container's processes by the host's ps.
 * @param psArgs arguments of ps separated by blanks; "" for `-ef`.
 * @throws conflict where it is not running; invalid-argument where the arguments leave no column of process ids.
 */
export async function containerTop(engine: Engine, container: Container, psArgs: string): Promise<ProcessTable> {
  refuseRenamedPid(psArgs);
  if (container.state.status === 'restarting') {
    throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
  }
  if (!container.isRunning) throw conflict(`container ${container.id} is not running`);
  const pids = await engine.runtime.ps(container.id);
  const output = await ps(
    (psArgs || '-ef').split(' ').filter((word) => word !== ''),
    pids,
  );
  const table = processTable(output, new Set(pids));
  emitContainer(engine, container, { action: 'top' });
  return table;
}

/** Any other column under the title PID would make other processes look like the container's. */
function refuseRenamedPid(psArgs: string): void {
  for (const [, column = '', title] of psArgs.matchAll(/\s+([^\s=]*)=\s*(PID[^\s]*)/g)) {
    if (column !== 'pid') throw invalidArgument(`specifying "${column}=${title}" is not allowed`);
  }
}

/** Asks ps for the container's processes only, or for all where it does not take that together with the arguments. */
async function ps(args: readonly string[], pids: readonly number[]): Promise<string> {
  try {
    return (await run(['ps', ...args, `-q${pids.join(',')}`])).stdout;
  } catch {
    return (await run(['ps', ...args]).catch(psFailure)).stdout;
  }
}

function psFailure(error: unknown): never {
  const said = (error as { stderr?: unknown }).stderr;
  const [line = ''] = typeof said === 'string' ? said.split('\n', 1) : [];
  throw systemError(line || `ps: ${messageOf(error)}`, error);
}

/** Picks the rows of the given processes out of what ps printed. @throws invalid-argument without a column PID. */
export function processTable(output: string, pids: ReadonlySet<number>): ProcessTable {
  const [head = '', ...lines] = output.split('\n');
  const titles = fields(head);
  const pidColumn = titles.lastIndexOf('PID');
  if (pidColumn < 0) throw invalidArgument("Couldn't find PID field in ps output");
  const processes: string[][] = [];
  let ofContainer = false;
  for (const row of lines.map(fields).filter(({ length }) => length > 0)) {
    const pid = row[pidColumn] ?? '';
    // A thread's row stands under its process', with a dash for the id.
    if (pid !== '-') ofContainer = pids.has(processId(pid));
    if (ofContainer) processes.push(inColumns(row, titles.length));
  }
  return { Titles: titles, Processes: processes };
}

/** The words of a line, at ASCII blanks alone: others belong to a command line. */
const fields = (line: string): string[] => line.split(/[\t\n\v\f\r ]+/).filter((word) => word !== '');

function processId(text: string): number {
  if (!/^\d+$/.test(text))
    throw systemError(`Unexpected pid '${text}': strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** As many cells as there are titles: the last takes all that is left of the line. */
const inColumns = (row: readonly string[], count: number): string[] => [
  ...row.slice(0, count - 1),
  row.slice(count - 1).join(' '),
];
