/** How wide columns are: no narrower than this, and with this much room between them. */
export interface ColumnLayout {
  narrowest: number;
  padding: number;
}

/** Docker's lists. */
const LIST_LAYOUT: ColumnLayout = { narrowest: 10, padding: 3 };

/**
 * Aligns lines whose cells are ended by tabs (what stands after the last tab is not aligned), as Go's text/tabwriter
 * does it: a column goes on as long as the lines below have a cell there, so a line without one ends it.
 */
export function alignColumns(text: string, layout = LIST_LAYOUT): string {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const widths = lines.map(() => [] as number[]);
  measure(lines, widths, { from: 0, to: lines.length, column: 0, layout });
  return lines.map((cells, row) => alignLine(cells, widths[row] ?? [])).join('\n');
}

interface Area {
  from: number;
  to: number;
  column: number;
  layout: ColumnLayout;
}

/** Finds, from `column` on, the runs of lines that have a cell there, and gives each run its width. */
function measure(lines: string[][], widths: number[][], area: Area): void {
  const hasCell = (row: number) => (lines[row]?.length ?? 0) - 1 > area.column;
  for (let row = area.from; row < area.to; row += 1) {
    if (!hasCell(row)) continue;
    let end = row;
    let width = area.layout.narrowest;
    for (; end < area.to && hasCell(end); end += 1)
      width = Math.max(width, length(lines[end]?.[area.column] ?? '') + area.layout.padding);
    for (let inside = row; inside < end; inside += 1) widths[inside]?.push(width);
    measure(lines, widths, { from: row, to: end, column: area.column + 1, layout: area.layout });
    row = end;
  }
}

function alignLine(cells: string[], widths: number[]): string {
  return cells.map((cell, at) => cell + ' '.repeat(Math.max((widths[at] ?? 0) - length(cell), 0))).join('');
}

function length(text: string): number {
  return [...text].length;
}
