import { commandsPart } from './commands-part.ts';
import { routesPart } from './routes-part.ts';
import { semanticsPart } from './semantics-part.ts';

const parts: Readonly<Record<string, () => string | Promise<string>>> = {
  semantics: semanticsPart,
  routes: routesPart,
  commands: commandsPart,
};

/**
 * docs/compatibility.md with what stands between its markers (`<!-- semantics -->` to `<!-- /semantics -->`) made anew
 * from the tests, the server and the commands; what was written by hand stays.
 * @param text the document as it is. @throws where a marker is missing.
 */
export async function regenerated(text: string): Promise<string> {
  let result = text;
  for (const [name, make] of Object.entries(parts)) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [result.indexOf(begin), result.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`the markers of "${name}" are missing`);
    result = `${result.slice(0, from + begin.length)}\n\n${await make()}\n\n${result.slice(to)}`;
  }
  return result;
}
