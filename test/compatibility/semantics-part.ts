import { sourceFiles } from '../architecture/source-file.ts';
import { numberedTitles } from './test-titles.ts';

/** The sections of the semantics, from 1 on, and how many numbered points each has. */
const sections: ReadonlyArray<readonly [title: string, points: number]> = [
  ['Volume names', 7],
  ['Creating volumes', 14],
  ['Options of the local driver', 10],
  ['Labels, lists and inspect', 5],
  ['Filters', 7],
  ['Anonymous volumes', 7],
  ['References', 6],
  ['`-v` and `Binds`', 10],
  ['`--mount` and `Mounts`', 7],
  ['Bind mounts', 7],
  ['Subpaths', 5],
  ['tmpfs', 7],
  ['Copy-up', 9],
  ['Collisions and precedence', 5],
  ['`--volumes-from`', 4],
  ['VOLUME, commit, export, diff', 5],
  ['Read-only root file systems', 3],
  ['`docker cp`', 5],
  ['Inspect and `ps`', 4],
  ['Image mounts', 3],
  ['Events', 4],
  ['Disk usage', 3],
  ['Prune', 2],
  ['API versions', 0],
  ['Errors', 0],
  ['Volume plugins', 10],
  ['Restart and live restore', 2],
  ['Cluster volumes', 4],
  ['Compose', 12],
];

/** What holds of Docker's volume semantics, point by point, as the tests call it; and the points that no test is named after. */
export function semanticsPart(): string {
  const files = [...sourceFiles('test/semantics'), ...sourceFiles('src/volumes')];
  const points = new Map<string, Set<string>>();
  for (const { number, sentence } of files.flatMap(numberedTitles)) {
    const sentences = points.get(number) ?? new Set();
    points.set(number, sentence === '' ? sentences : sentences.add(sentence));
  }
  return sections.map(([title, count], index) => sectionText(`${index + 1} ${title}`, count, points)).join('\n\n');
}

function sectionText(title: string, count: number, points: ReadonlyMap<string, ReadonlySet<string>>): string {
  const section = Number.parseInt(title, 10);
  const own = [...points].filter(([number]) => Number.parseInt(number, 10) === section).sort(byPoint);
  const lines = own.map(([number, sentences]) => `- **${number}** ${[...sentences].join('; ')}`);
  const untested = Array.from({ length: count }, (_, index) => `${section}.${index + 1}`).filter(
    (number) => !points.has(number),
  );
  const rest = untested.length === 0 ? [] : [`- Without a test of their own: ${untested.join(', ')}`];
  return [`### ${title}`, '', ...lines, ...rest].join('\n');
}

const pointIn = (number: string): number => Number(number.split('.')[1] ?? 0);
const byPoint = ([a]: [string, unknown], [b]: [string, unknown]): number => pointIn(a) - pointIn(b);
