import { invalidArgument, isKind, notFound } from '../../errors/index.ts';
import type { App } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { INSPECT_FORMAT_HELP, showObjects } from '../inspecting.ts';
import { named } from '../object-path.ts';

type Kind = 'container' | 'image' | 'volume' | 'network';

/** In the order in which a name is tried. */
const KINDS: readonly Kind[] = ['container', 'image', 'network', 'volume'];

export const inspect = defineCommand({
  usage: '[OPTIONS] NAME|ID [NAME|ID...]',
  flags: {
    format: text(INSPECT_FORMAT_HELP, { short: 'f' }),
    size: toggle('Show sizes of containers', { short: 's' }),
    type: text('Look only for this kind: container, image, network or volume', { choices: KINDS }),
  },
  args: { min: 1 },
  completes: ['container'],
  async run({ app, values, args }) {
    const kinds = values.type === '' ? KINDS : [kindOf(values.type)];
    return showObjects(app, { names: args, format: values.format }, (name) =>
      find(app, name, { kinds, size: values.size }),
    );
  },
});

function kindOf(type: string): Kind {
  const kind = KINDS.find((each) => each === type);
  if (kind === undefined) throw invalidArgument(`"${type}" is not a valid value for --type`);
  return kind;
}

async function find(app: App, name: string, wanted: { kinds: readonly Kind[]; size: boolean }): Promise<string> {
  for (const kind of wanted.kinds) {
    try {
      const path = named(kind, name);
      const hasJson = kind === 'container' || kind === 'image';
      return await app.client().text({
        method: 'GET',
        path: hasJson ? `${path}/json` : path,
        query: { size: kind === 'container' && wanted.size },
      });
    } catch (error) {
      const isOther = isKind(error, 'not-found') || (isKind(error, 'invalid-argument') && wanted.kinds.length > 1);
      if (!isOther) throw error;
    }
  }
  const [only] = wanted.kinds;
  throw notFound(`Error: No such ${wanted.kinds.length === 1 ? only : 'object'}: ${name}`);
}
