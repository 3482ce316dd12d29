import { describe, expect, it } from 'vitest';
import type { TestImage } from './testsuite/image-archive.ts';
import { openService } from './testsuite/service.ts';
import type { Member } from './testsuite/tar.ts';

const file = (name: string, data = name): Member => ({ name, data });
/** An image of one small layer, different for each name. */
const small = (tag: string, more: TestImage = {}): TestImage => ({ tags: [tag], layers: [[file(tag)]], ...more });
const filters = (entries: Record<string, string[]>) => new Map(Object.entries(entries));

describe('listing', () => {
  it('filters as Docker does', async () => {
    const { images, load } = await openService();
    const at = (created: string, labels: Record<string, string> = {}) => ({
      document: { created, config: { Labels: labels } },
    });
    await load(
      small('me/old:1', { ...at('2020-01-01T00:00:00Z', { a: '1' }), layers: [[file('1')]] }),
      small('mid:1', {
        ...at('2021-01-01T00:00:00Z', { a: '2', b: '' }),
        tags: ['mid:1', 'mid:2'],
        layers: [[file('2')]],
      }),
      small('new:1', { ...at('2022-01-01T00:00:00Z'), layers: [[file('3')]] }),
      { ...at('2023-01-01T00:00:00Z'), layers: [[file('4')]] },
    );
    const tags = (entries: Record<string, string[]>, all = false) =>
      images.list(filters(entries), { all }).map(({ repoTags }) => repoTags.join(','));
    expect(tags({})).toEqual(['', 'new:1', 'mid:1,mid:2', 'me/old:1']);
    expect(tags({ dangling: ['true'] })).toEqual(['']);
    expect(tags({ dangling: ['false'] })).toEqual(['new:1', 'mid:1,mid:2', 'me/old:1']);
    expect(tags({ label: ['a'] })).toEqual(['mid:1,mid:2', 'me/old:1']);
    expect(tags({ label: ['a=2', 'b'] })).toEqual(['mid:1,mid:2']);
    expect(tags({ 'label!': ['a'] })).toEqual(['', 'new:1']);
    expect(tags({ before: ['new:1'] })).toEqual(['mid:1,mid:2', 'me/old:1']);
    expect(tags({ since: ['mid:1'] })).toEqual(['', 'new:1']);
    expect(tags({ until: ['2021-06-01T00:00:00Z'] })).toEqual(['mid:1,mid:2', 'me/old:1']);
    expect(tags({ reference: ['m*:*'] })).toEqual(['mid:1,mid:2']);
    expect(tags({ reference: ['mid:2', 'me/*'] })).toEqual(['mid:2', 'me/old:1']);
    expect(tags({ reference: ['[mn]?[wd]'] })).toEqual(['new:1', 'mid:1,mid:2']);
    expect(() => tags({ bogus: ['x'] })).toThrow("invalid filter 'bogus'");
    expect(() => tags({ dangling: ['maybe'] })).toThrow("invalid filter 'dangling=");
    expect(() => tags({ reference: ['[x'] })).toThrow('syntax error in pattern');
    expect(() => tags({ before: ['nope'] })).toThrow('No such image: nope:latest');
  });

  it('answers in Docker’s shape for each API version', async () => {
    const { images, load } = await openService();
    await load(small('a:1', { config: { Labels: { x: 'y' } } }), { layers: [[file('2')]] });
    const image = images.get('a:1');
    expect(images.toListEntry(image)).toEqual({
      Containers: -1,
      Created: 1714979289,
      Id: image.id,
      Labels: { x: 'y' },
      ParentId: '',
      RepoDigests: [],
      RepoTags: ['a:1'],
      SharedSize: -1,
      Size: 3,
    });
    const [nameless] = images.list(filters({ dangling: ['true'] }), { all: false });
    if (nameless === undefined) throw new Error('not listed');
    expect(images.toListEntry(nameless, { apiVersion: '1.42' })).toMatchObject({
      RepoTags: ['<none>:<none>'],
      RepoDigests: ['<none>@<none>'],
      VirtualSize: 1,
    });
    expect(images.toListEntry(nameless, { apiVersion: '1.43' }).RepoTags).toEqual([]);
    const inspect = images.toInspect(image) as Record<string, unknown>;
    expect(inspect).toMatchObject({
      Id: image.id,
      RepoTags: ['a:1'],
      Created: '2024-05-06T07:08:09.123456789Z',
      Architecture: 'amd64',
      Os: 'linux',
      Size: 3,
      Config: { Cmd: ['sh'], Entrypoint: null, User: '', Labels: { x: 'y' } },
      RootFS: { Type: 'layers', Layers: image.layers },
      GraphDriver: { Name: 'overlay2' },
    });
    expect(inspect.Config).not.toHaveProperty('Hostname');
    expect(images.toInspect(image, '1.41')).toMatchObject({
      Config: { Hostname: '', Tty: false },
      VirtualSize: 3,
      Container: '',
    });
  });

  it('knows what images share', async () => {
    const { images, load } = await openService();
    const base = [file('base', 'x'.repeat(100))];
    await load({ tags: ['a:1'], layers: [base, [file('a')]] }, { tags: ['b:1'], layers: [base] });
    expect(images.layersSize()).toBe(101);
    const usage = images.usage((id) => (id === images.get('a:1').id ? 2 : 0));
    expect(
      usage.map(({ RepoTags, SharedSize, Size, Containers }) => [RepoTags[0], SharedSize, Size, Containers]).sort(),
    ).toEqual([
      ['a:1', 100, 101, 2],
      ['b:1', 100, 100, 0],
    ]);
  });

  it('tells the history newest first', async () => {
    const { images, load } = await openService();
    const history = [
      { created: '2024-01-01T00:00:00Z', created_by: 'ADD x', comment: 'c' },
      { created: '2024-01-02T00:00:00Z', created_by: 'CMD', empty_layer: true },
    ];
    await load(small('a:1', { document: { history } }));
    expect(images.history('a:1')).toEqual([
      { Id: images.get('a:1').id, Created: 1704153600, CreatedBy: 'CMD', Tags: ['a:1'], Size: 0, Comment: '' },
      { Id: '<missing>', Created: 1704067200, CreatedBy: 'ADD x', Tags: null, Size: 3, Comment: 'c' },
    ]);
  });
});
