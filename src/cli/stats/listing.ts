import type { Listing } from '../format/listing.ts';
import { shortId } from '../format/truncate.ts';
import { bytesSize, humanSize } from '../format/units.ts';

/** What is known of a container's use of the host; no figures until the engine has some. */
export interface StatsRow {
  /** As the user called it. */
  container: string;
  id: string;
  name: string;
  figures: Figures | undefined;
}

/** Bytes, and percentages of one CPU and of the memory limit. */
export interface Figures {
  cpuPercent: number;
  memory: number;
  memoryLimit: number;
  memoryPercent: number;
  received: number;
  sent: number;
  read: number;
  written: number;
  processes: number;
}

const UNKNOWN = '--';

const figure =
  (show: (figures: Figures) => string, unknown = UNKNOWN) =>
  ({ figures }: StatsRow): string =>
    figures === undefined ? unknown : show(figures);

const percent = (value: number): string => `${value.toFixed(2)}%`;
const pair = (left: string, right: string): string => `${left} / ${right}`;

/** What `stats` shows of a container. */
export const STATS: Listing<StatsRow> = {
  typeName: 'statsContext',
  columns: {
    BlockIO: {
      header: 'BLOCK I/O',
      value: figure(({ read, written }) => pair(humanSize(read, 3), humanSize(written, 3))),
    },
    CPUPerc: { header: 'CPU %', value: figure(({ cpuPercent }) => percent(cpuPercent)) },
    Container: { header: 'CONTAINER', value: ({ container }) => container },
    ID: {
      header: 'CONTAINER ID',
      value: ({ id }, { truncate }) => (id === '' ? UNKNOWN : truncate ? shortId(id) : id),
    },
    MemPerc: { header: 'MEM %', value: figure(({ memoryPercent }) => percent(memoryPercent)) },
    MemUsage: {
      header: 'MEM USAGE / LIMIT',
      value: figure(
        ({ memory, memoryLimit }) => pair(bytesSize(memory), bytesSize(memoryLimit)),
        `${UNKNOWN} / ${UNKNOWN}`,
      ),
    },
    Name: { header: 'NAME', value: ({ name }) => name || UNKNOWN },
    NetIO: {
      header: 'NET I/O',
      value: figure(({ received, sent }) => pair(humanSize(received, 3), humanSize(sent, 3))),
    },
    PIDs: { header: 'PIDS', value: figure(({ processes }) => String(processes)) },
  },
  table: '{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}',
  quiet: '{{.ID}}',
};
