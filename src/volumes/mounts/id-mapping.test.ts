import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { first, mount, pointsOf } from '../testsuite/mount-plan.ts';
import { matchOwner } from './id-mapping.ts';

const match = { Source: 'match-user' };
const bind = { Type: 'bind', Source: '/srv/x' };

describe('a mapping of ids', () => {
  test.each([
    [{ binds: ['data:/m:idmap'] }, ''],
    [{ binds: ['/srv/x:/m:ro,idmap'] }, ''],
    [{ mounts: [mount({ ...bind, BindOptions: { IDMapping: match } })] }, ''],
    [{ mounts: [mount({ ...bind, BindOptions: { IDMapping: { ...match, User: 'app:web' } } })] }, 'app:web'],
    [{ mounts: [mount({ Source: 'data', VolumeOptions: { IDMapping: match } })] }, ''],
    [{ binds: ['data:/m'] }, undefined],
    [{ mounts: [mount({ Source: 'data', VolumeOptions: { NoCopy: true } })] }, undefined],
  ])('is asked for by %j', (input, shownAs) => {
    expect(first(input).shownAs).toBe(shownAs);
  });

  test('is each container’s own', () => {
    const mountPoints = pointsOf({ binds: ['data:/m:idmap'] });
    expect(first({ volumesFrom: [{ spec: 'other', mountPoints }] }).shownAs).toBeUndefined();
    expect(() => first({ volumesFrom: [{ spec: 'other:idmap', mountPoints }] })).toThrow('invalid mode: idmap');
  });

  test.each([
    [{ binds: ['data:/m:idmap,U'] }, 'invalid mode: idmap,U'],
    [{ binds: ['/srv/x:/m:idmap,rshared'] }, 'IDMapping cannot be used with propagation rshared'],
    [{ mounts: [mount({ ...bind, Chown: true, BindOptions: { IDMapping: match } })] }, 'exclude each other'],
    [{ mounts: [mount({ ...bind, BindOptions: { IDMapping: { Source: 'userns' } } })] }, 'IDMapping "userns" needs'],
    [{ mounts: [mount({ ...bind, BindOptions: { IDMapping: { Source: 'x' } } })] }, 'invalid IDMapping source "x"'],
  ])('%j is refused', (input, message) => {
    expect(() => first(input)).toThrow(message);
  });

  test('lets two owners change places, and leaves all others', () => {
    expect(matchOwner({ uid: 5, gid: 7 }, { uid: 5, gid: 7 })).toBeUndefined();
    const id = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 32 - 2 }));
    fc.assert(
      fc.property(id, id, id, (disk, shown, other) => {
        fc.pre(disk !== shown && other !== disk && other !== shown);
        const ranges = matchOwner({ uid: disk, gid: 0 }, { uid: shown, gid: 0 })?.uids ?? [];
        const through = (asked: number): number[] =>
          ranges
            .filter(({ from, count }) => asked >= from && asked < from + count)
            .map(({ from, to }) => asked - from + to);
        expect([through(disk), through(shown), through(other)]).toEqual([[shown], [disk], [other]]);
      }),
    );
  });
});
