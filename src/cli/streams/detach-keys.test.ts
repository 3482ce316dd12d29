import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DetachWatcher, parseDetachKeys } from './detach-keys.ts';

describe('detach keys', () => {
  it('are read as docker has them', () => {
    expect([...parseDetachKeys('ctrl-p,ctrl-q')]).toEqual([16, 17]);
    expect([...parseDetachKeys('q')]).toEqual([113]);
    expect([...parseDetachKeys('ctrl-@,ctrl-[')]).toEqual([0, 27]);
    expect(() => parseDetachKeys('ctrl-1')).toThrow("Unknown character: 'ctrl-1'");
    expect(() => parseDetachKeys('é')).toThrow("Unknown character: 'é'");
    expect(parseDetachKeys('DEL,a')).toEqual(Buffer.from('\x7fa'));
  });

  it('leave when typed whole, in any pieces', () => {
    const watcher = new DetachWatcher(parseDetachKeys('ctrl-p,ctrl-q'));
    expect(watcher.read(Buffer.from('ab\x10'))).toEqual({ data: Buffer.from('ab'), detached: false });
    expect(watcher.read(Buffer.from('\x11c'))).toEqual({ data: Buffer.alloc(0), detached: true });
  });

  it('are passed on when the rest does not follow', () => {
    const watcher = new DetachWatcher(parseDetachKeys('ctrl-p,ctrl-q'));
    expect(watcher.read(Buffer.from('\x10x'))).toEqual({ data: Buffer.from('\x10x'), detached: false });
    expect(watcher.read(Buffer.from('\x10\x10\x11'))).toEqual({ data: Buffer.from('\x10'), detached: true });
  });

  it('change nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 6 })), (chunks) => {
        const whole = Buffer.concat(chunks);
        fc.pre(!whole.includes(16));
        const watcher = new DetachWatcher(parseDetachKeys('ctrl-p,ctrl-q'));
        expect(Buffer.concat(chunks.map((chunk) => watcher.read(Buffer.from(chunk)).data))).toEqual(whole);
      }),
    );
  });
});
