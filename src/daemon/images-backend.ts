import type { Image } from '../images/index.ts';
import type { ImagesBackend } from '../server/index.ts';
import type { Engine } from './engine.ts';

/** The images as the API's routes want them: lists with their numbers of containers, and the rest as it is. */
export function imagesBackend(engine: Engine): ImagesBackend {
  const { images } = engine;
  return {
    list: async (filters, options) => {
      const shared = options.sharedSize ? images.sharedSizes() : undefined;
      const entry = (image: Image) =>
        images.toListEntry(image, {
          apiVersion: options.apiVersion,
          ...(shared === undefined ? {} : { sharedSize: shared(image) }),
        });
      return images.list(filters, { all: options.all }).map(entry);
    },
    inspect: async (ref, { apiVersion }) => images.toInspect(images.get(ref), apiVersion),
    history: async (ref) => images.history(ref),
    tag: (ref, { repo, tag }) => images.tag(ref, repo, tag),
    remove: (ref, options) => images.remove(ref, options),
    prune: (filters) => images.prune(filters),
    load: (archive, options) => images.load(archive, options),
    save: (refs) => images.save(refs),
    import: (archive, options) => images.import(archive, options),
    pull: (ref, options) => images.pull(ref, options),
    push: (ref, options) => images.push(ref, options),
    authenticate: (auth) => images.authenticate(auth),
    distribution: (ref, options) => images.distribution(ref, options),
  };
}
