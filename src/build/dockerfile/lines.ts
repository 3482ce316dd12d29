/** An instruction's text on one line, as it goes into history and messages. */
export interface Line {
  /** Of its first line in the file, from 1. */
  number: number;
  text: string;
}

const directive = /^#\s*([a-z][a-z0-9]*)\s*=\s*(\S+)\s*$/i;

/**
 * Joins the lines of a Dockerfile that go on after the escape character; comments and empty lines go, also in between
 * (Dockerfile reference, "Format" and "Parser directives").
 */
export function joinLines(text: string): Line[] {
  const physical = physicalLines(text);
  const mark = escapeOf(text) === '`' ? '`' : '\\\\';
  const continued = new RegExp(`([^${mark}])${mark}[ \\t]*$|^${mark}[ \\t]*$`);
  const lines: Line[] = [];
  let open: Line | undefined;
  for (const [index, raw] of physical.entries()) {
    if (/^\s*#/.test(raw) || raw.trim() === '') continue;
    const goesOn = continued.test(raw);
    const part = goesOn ? raw.replace(continued, '$1') : raw;
    open = {
      number: open?.number ?? index + 1,
      text: (open?.text ?? '') + (open === undefined ? part.trimStart() : part),
    };
    if (goesOn) continue;
    lines.push({ ...open, text: open.text.trimEnd() });
    open = undefined;
  }
  if (open !== undefined && open.text.trim() !== '') lines.push(open);
  return lines;
}

const physicalLines = (text: string): string[] => text.replace(/^\ufeff/, '').split(/\r?\n/);

/** The escape character of a file. Directives stand at the top, before anything else, comments included. */
export function escapeOf(text: string): string {
  for (const line of physicalLines(text)) {
    const [, name = '', value = ''] = directive.exec(line.trim()) ?? [];
    if (name === '') break;
    if (name.toLowerCase() === 'escape') return value;
  }
  return '\\';
}
