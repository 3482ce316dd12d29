import { invalidArgument, isKind, notFound } from '../../errors/index.ts';
import { type App, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { INSPECT_FORMAT_HELP, showObjects } from '../inspecting.ts';
import { named } from '../object-path.ts';
import { tellWarnings } from '../write-warnings.ts';

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
    const code = await showObjects(app, { names: args, format: values.format }, (name) =>
      find(app, name, { kinds, size: values.size }),
    );
    if (values.format === '' && kinds.includes('container')) await tellWarnings(app, 'container', args);
    else if (values.format === '' && kinds.includes('volume')) await tellWarnings(app, 'volume', args);
    return code;
  },
});

function kindOf(type: string): Kind {
  const kind = KINDS.find((each) => each === type);
  if (kind === undefined)
    throw invalidArgument(
      `unknown type: ${JSON.stringify(type)}: must be one of ${KINDS.toSorted()
        .map((each) => JSON.stringify(each))
        .join(', ')}`,
    );
  return kind;
}

async function find(app: App, name: string, wanted: { kinds: readonly Kind[]; size: boolean }): Promise<string> {
  if (name === '') named('container', name);
  for (const kind of wanted.kinds) {
    try {
      const path = named(kind, name);
      const hasJson = kind === 'container' || kind === 'image';
      const found = await app.client().text({
        method: 'GET',
        path: hasJson ? `${path}/json` : path,
        query: { size: kind === 'container' && wanted.size },
      });
      if (wanted.size && kind !== 'container') warn(app, `WARNING: --size ignored for ${kind}`);
      return found;
    } catch (error) {
      const isOther = isKind(error, 'not-found') || (isKind(error, 'invalid-argument') && wanted.kinds.length > 1);
      if (!isOther || wanted.kinds.length === 1) throw error;
    }
  }
  throw notFound(`Error: No such object: ${name}`);
}
