/**
 * Lays JSON text out over lines without reading its values, so that numbers and escapes stay exactly as the server
 * wrote them. Empty objects and lists stay on one line.
 */
export function indentJson(json: string, indent = '    '): string {
  let out = '';
  let depth = 0;
  const newline = () => `\n${indent.repeat(depth)}`;
  // A string, an empty container, one of the signs that shape the layout, or a run of anything else.
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|[{}[\],:]|[^\s{}[\],:"]+/gs)) {
    if (token === '{' || token === '[') {
      depth += 1;
      out += token + newline();
    } else if (token === '}' || token === ']') {
      depth -= 1;
      out += newline() + token;
    } else if (token === ',') out += token + newline();
    else if (token === ':') out += ': ';
    else out += /^[{[]/.test(token) ? token.replace(/\s/g, '') : token;
  }
  return out;
}

/** Reads JSON; whole numbers that a double would change become bigint. */
export function parseJsonExactly(json: string): unknown {
  if (!/\d{16}/.test(json)) return JSON.parse(json);
  // Large numbers outside strings are marked, then turned back: Node 20's reviver does not see the source text.
  const mark = '\u0000int:';
  const marked = json.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"\\u0000int:${token}"`,
  );
  return JSON.parse(marked, (_, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(mark)) return value;
    const exact = BigInt(value.slice(mark.length));
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  });
}
