import { invalidArgument, messageOf } from '../../errors/index.ts';
import { compileTemplate, type Fields, type Template, type TemplateFunction } from '../template/index.ts';
import { alignColumns } from './columns.ts';

/** How much of a row is shown. */
export interface RowOptions {
  truncate: boolean;
}

/** A column of a list: its header and how a row fills it. */
export interface Column<T> {
  header: string;
  value(row: T, options: RowOptions): unknown;
}

/** What a list command can show of its rows. */
export interface Listing<T> {
  /** Docker's name for the type, in messages about unknown fields. */
  typeName: string;
  /** By field name, as templates use it; `json` shows them in alphabetical order. */
  columns: Record<string, Column<T>>;
  /** Fields that take an argument, such as `.Label "x"`. */
  lookups?: Record<string, (row: T, key: string) => unknown>;
  /** The default table, a template without the word `table`. */
  table: string;
  /** What `--quiet` shows. */
  quiet: string;
  /** What `--format raw` shows. */
  raw?: string;
}

export interface ListOptions {
  /** As given to --format; '' for the default table. */
  format: string;
  quiet?: boolean;
  truncate?: boolean;
}

/** A list laid out by its format, ready to be shown row by row as rows come. */
export interface ListView<T> {
  /** The header, '' where the format is no table. Not aligned yet. */
  header: string;
  row(row: T): string;
  /** Lines as shown: aligned for tables. */
  layout(lines: string): string;
}

/** Lays out a whole list. @throws invalid-argument where the format is wrong. */
export function renderList<T>(listing: Listing<T>, rows: readonly T[], options: ListOptions): string {
  const view = listView(listing, options);
  return view.layout(view.header + rows.map((row) => view.row(row)).join(''));
}

/** Reads a format; rows are rendered one by one. */
export function listView<T>(listing: Listing<T>, options: ListOptions): ListView<T> {
  const { source, isTable } = chooseFormat(listing, options);
  const template = compile(source);
  const rowOptions = { truncate: options.truncate ?? true };
  return {
    header: isTable ? `${run(template, headerFields(listing), HEADER_FUNCTIONS)}\n` : '',
    row: (row) => `${run(template, rowFields(listing, row, rowOptions))}\n`,
    layout: (lines) => (isTable ? alignColumns(lines) : lines),
  };
}

function chooseFormat<T>(listing: Listing<T>, { format, quiet }: ListOptions): { source: string; isTable: boolean } {
  if (format === '' || format === 'table') {
    return quiet === true ? { source: listing.quiet, isTable: false } : { source: listing.table, isTable: true };
  }
  if (format === 'raw' && listing.raw !== undefined) {
    return quiet === true ? { source: rawQuiet(listing), isTable: false } : { source: listing.raw, isTable: false };
  }
  if (format === 'json') return { source: '{{json .}}', isTable: false };
  const isTable = format.startsWith('table');
  const source = (isTable ? format.slice('table'.length) : format).trim();
  return { source: source.replaceAll('\\t', '\t').replaceAll('\\n', '\n'), isTable };
}

/** The first line of the raw format names the row. */
function rawQuiet<T>(listing: Listing<T>): string {
  return (listing.raw ?? listing.quiet).split('\n')[0] ?? '';
}

function compile(source: string): Template {
  try {
    return compileTemplate(source);
  } catch (error) {
    throw invalidArgument(`failed to parse template: ${messageOf(error)}`, error);
  }
}

function run(template: Template, fields: Fields, functions?: Record<string, TemplateFunction>): string {
  try {
    return template.execute(fields, functions);
  } catch (error) {
    throw invalidArgument(`failed to execute template: ${messageOf(error)}`, error);
  }
}

function rowFields<T>(listing: Listing<T>, row: T, options: RowOptions): Fields {
  return {
    typeName: `*formatter.${listing.typeName}`,
    safeInHtml: true,
    fieldOf(name) {
      const column = Object.hasOwn(listing.columns, name) ? listing.columns[name] : undefined;
      if (column !== undefined) return column.value(row, options) ?? null;
      const lookup = listing.lookups?.[name];
      return lookup === undefined ? undefined : (key: unknown) => lookup(row, String(key));
    },
    toJSON() {
      return rowObject(listing, row, options);
    },
  };
}

/** A row as `json` shows it: every column, in alphabetical order,. */
export function rowObject<T>(listing: Listing<T>, row: T, options: RowOptions): Record<string, unknown> {
  const names = Object.keys(listing.columns).sort();
  return Object.fromEntries(names.map((name) => [name, listing.columns[name]?.value(row, options) ?? null]));
}

function headerFields<T>(listing: Listing<T>): Fields {
  return {
    typeName: 'header',
    fieldOf(name) {
      const column = Object.hasOwn(listing.columns, name) ? listing.columns[name] : undefined;
      if (column !== undefined) return column.header;
      return listing.lookups?.[name] === undefined ? undefined : (key: unknown) => lookupHeader(String(key));
    },
    toJSON: () => ({}),
  };
}

/** The last word of a label's name heads its column. */
function lookupHeader(key: string): string {
  return (key.split('.').at(-1) ?? '').replace(/[-_]/g, ' ');
}

const keep: TemplateFunction = (value) => value;
/** A header goes through the template too, untouched by what changes values. */
const HEADER_FUNCTIONS = {
  json: keep,
  split: keep,
  join: keep,
  title: keep,
  lower: keep,
  upper: keep,
  pad: keep,
  truncate: keep,
};
