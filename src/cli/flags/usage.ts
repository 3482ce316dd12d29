import type { Flag, FlagSet } from './flag.ts';

const HELP: Flag<boolean> = { help: 'Print usage', initial: false, bare: 'true', parse: () => true };
/** A column narrower than this reads badly: the text then starts on a line of its own. */
const NARROWEST_TEXT = 24;

/** The table of flags for help: names sorted, texts wrapped so that no line is wider than `width` columns. */
export function flagUsage(flags: FlagSet, width: number): string {
  const shown = Object.entries(showHelp(flags) ? { ...flags, help: HELP } : flags)
    .filter(([, flag]) => flag.hidden !== true)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, flag]) => ({ left: spelling(name, flag), right: flag.help + defaultNote(flag) }));
  const column = Math.max(0, ...shown.map(({ left }) => left.length)) + 3;
  return shown.map(({ left, right }) => left.padEnd(column) + wrap(right, { indent: column, width })).join('\n');
}

/** `--help` is worth a line only where `-h` means something else. */
function showHelp(flags: FlagSet): boolean {
  return Object.values(flags).some((flag) => flag.short === 'h');
}

function spelling(name: string, flag: Flag<unknown>): string {
  const letter = flag.short === undefined ? '      ' : `  -${flag.short}, `;
  return `${letter}--${name}${flag.placeholder === undefined ? '' : ` ${flag.placeholder}`}`;
}

function defaultNote(flag: Flag<unknown>): string {
  const { initial } = flag;
  if (initial === true) return ' (default true)';
  if (typeof initial === 'number' && initial !== 0) return ` (default ${initial})`;
  return typeof initial === 'string' && initial !== '' ? ` (default "${initial}")` : '';
}

/** Breaks a text at spaces; its own line breaks are kept. Lines after the first start at column `indent`. */
export function wrap(textToWrap: string, layout: { indent: number; width: number }): string {
  const room = Math.max(layout.width - layout.indent, NARROWEST_TEXT);
  const lines = textToWrap.split('\n').flatMap((line) => wrapLine(line, room));
  return lines.join(`\n${' '.repeat(layout.indent)}`);
}

function wrapLine(line: string, room: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > room) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
