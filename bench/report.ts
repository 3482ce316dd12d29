import type { Measurement } from './case.ts';

/** The results as a table: a line for each measurement, with Holdfast's part of each contender's value. */
export function table(results: readonly Measurement[]): string {
  const rows = [['', 'holdfast', 'others', 'goal'], ...results.map(row)];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function row({ name, unit, values, goal }: Measurement): string[] {
  const { holdfast, ...others } = values;
  const beside = Object.entries(others).map(
    ([other, value]) => `${other} ${shown(value, unit)}${ratio(holdfast, value)}`,
  );
  return [name, shown(holdfast, unit), beside.join(', ') || '-', goal];
}

function ratio(own: number | undefined, other: number): string {
  return own === undefined || other === 0 ? '' : ` (${(own / other).toFixed(2)}x)`;
}

function shown(value: number | undefined, unit: string): string {
  if (value === undefined) return '-';
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}
