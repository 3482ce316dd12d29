import { describe, expect, it } from 'vitest';
import { statusText } from './status-text.ts';
import { commandText, summarize } from './summary.ts';
import { type Sketch, sketch } from './testing.ts';

const now = Date.parse('2026-01-02T04:00:00Z');
const at = (minutesAgo: number): string => new Date(now - minutesAgo * 60_000).toISOString();

describe('statusText', () => {
  it.each<[Sketch['state'], string]>([
    [{ status: 'created' }, 'Created'],
    [{ status: 'running', startedAt: at(5) }, 'Up 5 minutes'],
    [{ status: 'paused', startedAt: at(120) }, 'Up 2 hours (Paused)'],
    [{ status: 'restarting', exitCode: 7, finishedAt: at(0) }, 'Restarting (7) Less than a second ago'],
    [{ status: 'exited', exitCode: 137, startedAt: at(9), finishedAt: at(1) }, 'Exited (137) About a minute ago'],
    [{ status: 'removing' }, 'Removal In Progress'],
    [{ status: 'dead' }, 'Dead'],
  ])('says %j as %s', (state = {}, text) => {
    expect(statusText(sketch({ state }), now)).toBe(text);
  });
});

describe('summarize', () => {
  it('has all of a list entry, and nothing that was not asked for', () => {
    const container = sketch({ name: 'web', args: ['/entry', 'a b', 'c'], config: { Labels: { x: 'y' } } });
    expect(summarize(container, { now, imageName: () => 'alpine', networkId: () => '' })).toEqual({
      Id: container.id,
      Names: ['/web'],
      Image: 'alpine',
      ImageID: 'sha256:aa',
      Command: "/entry 'a b' c",
      Created: 1_767_323_045,
      Ports: [],
      Labels: { x: 'y' },
      State: 'created',
      Status: 'Created',
      HostConfig: { NetworkMode: 'none' },
      NetworkSettings: { Networks: { none: expect.objectContaining({ IPAddress: '' }) } },
      Mounts: [],
    });
  });

  it('joins a command as Docker does', () => {
    expect(commandText([])).toBe('');
    expect(commandText(['sh'])).toBe('sh');
    expect(commandText(['/my prog', '-c', "echo 'x' y"])).toBe("/my prog -c 'echo 'x' y'");
  });
});
