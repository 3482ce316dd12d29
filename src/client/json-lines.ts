import { StringDecoder } from 'node:string_decoder';

/** The lines of a JSON stream (events, progress, stats) as text, one JSON value each; empty lines are skipped. */
export async function* textLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.write(Buffer.from(chunk))).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  rest += decoder.end();
  if (rest.trim() !== '') yield rest;
}

/** The values of a JSON stream. @throws SyntaxError where a line is not JSON. */
export async function* jsonLines<T>(body: AsyncIterable<Uint8Array>): AsyncGenerator<T> {
  for await (const line of textLines(body)) yield JSON.parse(line) as T;
}
