import { describe, expect, it } from 'vitest';
import { refusal, semantics } from '../support/semantics.ts';

const { call, docker, holdfast } = semantics([]);

const create = (name: string) => call('POST /volumes/create', { Name: name });

describe('1 volume names', () => {
  it.each(['a0', 'A.b_c-9', '9..__--', 'x'.repeat(255)])(
    '1.1 letters, digits, "_", "." and "-" make a name: %s',
    async (name) => {
      expect(await create(name)).toMatchObject({ status: 201, body: { Name: name } });
      expect(await call(`DELETE /volumes/${name}`)).toMatchObject({ status: 204 });
    },
  );

  it('1.1 case is significant', async () => {
    await create('cased');
    expect((await call('GET /volumes/Cased')).status).toBe(404);
    await create('Cased');
    expect(await docker.ok('volume', 'ls', '-q', '--filter', 'name=ased')).toBe('Cased\ncased');
  });

  it('1.1 a name that the file system cannot take is refused and leaves nothing', async () => {
    const name = 'x'.repeat(256);
    expect(refusal(await create(name))).toMatch(/^500 create x+: .*name too long/i);
    expect((await call(`GET /volumes/${name}`)).status).toBe(404);
  });

  it('1.2 a name of one character is too short', async () => {
    expect(refusal(await create('X'))).toBe(
      '400 create X: volume name is too short, names should be at least two alphanumeric characters',
    );
  });

  it.each(['-ab', '.ab', '_ab', 'a b', 'a/b', 'naïve', 'ab\n', '..', '../up'])(
    '1.3 another character is refused: %j',
    async (name) => {
      expect(refusal(await create(name))).toBe(
        `400 create ${name}: ${JSON.stringify(name)} includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
      );
    },
  );

  it.each([docker, holdfast])('1.5 without a name it gets 64 hex digits and the label, by $name', async (cli) => {
    const name = await cli.ok('volume', 'create', '--label', 'tier=gold');
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    const { body } = await call(`GET /volumes/${name}`);
    expect(body).toMatchObject({ Driver: 'local', Labels: { tier: 'gold', 'com.docker.volume.anonymous': '' } });
  });

  it('1.6 names in paths are taken whole, unescaped, and never as prefixes', async () => {
    await create('whole_name');
    expect(refusal(await call('GET /volumes/whole'))).toBe('404 get whole: no such volume');
    expect(refusal(await call('GET /volumes/a/b%2Fc%20d'))).toBe('404 get a/b/c d: no such volume');
    expect((await call('GET /volumes/whole%5Fname')).status).toBe(200);
    expect(refusal(await call('DELETE /volumes/a/b'))).toBe('404 get a/b: no such volume');
  });

  it('1.7 GET /volumes/create inspects a volume of that name', async () => {
    expect(refusal(await call('GET /volumes/create'))).toBe('404 get create: no such volume');
    await create('create');
    expect(await call('GET /volumes/create')).toMatchObject({ status: 200, body: { Name: 'create' } });
    expect(refusal(await call('GET /volumes/prune'))).toBe('404 get prune: no such volume');
  });
});
