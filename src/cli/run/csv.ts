import { invalidArgument } from '../../errors/index.ts';

/**
 * The fields of one CSV record, as `--mount` and `--network` take them: a field in double quotes may hold commas, and a
 * quote within it is doubled. @throws invalid-argument for a quote out of place, and for no record at all.
 */
export function csvFields(record: string): string[] {
  if (record === '') throw invalidArgument('EOF');
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const quoted = /"((?:[^"]|"")*)"(?=,|$)/y;
    const plain = /[^,"]*(?=,|$)/y;
    quoted.lastIndex = at;
    plain.lastIndex = at;
    const match = quoted.exec(record) ?? plain.exec(record);
    if (match === null) throw quoteError(record, at);
    fields.push(match[1] === undefined ? match[0] : match[1].replaceAll('""', '"'));
    at += match[0].length + 1;
    if (at > record.length) return fields;
  }
}

function quoteError(record: string, at: number): Error {
  if (record[at] === '"') {
    return invalidArgument(
      `parse error on line 1, column ${record.length + 1}: extraneous or missing " in quoted-field`,
    );
  }
  return invalidArgument(`parse error on line 1, column ${record.indexOf('"', at) + 1}: bare " in non-quoted-field`);
}
