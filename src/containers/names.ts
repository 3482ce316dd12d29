import { randomBytes, randomInt } from 'node:crypto';

const traits = [
  'able', 'bold', 'brisk', 'calm', 'candid', 'clear', 'clever', 'cosy', 'crisp', 'deft', 'eager', 'fair', 'fearless',
  'firm', 'fond', 'frank', 'gentle', 'glad', 'hardy', 'honest', 'jolly', 'keen', 'kind', 'lively', 'loyal', 'lucid',
  'mellow', 'merry', 'modest', 'neat', 'nimble', 'patient', 'placid', 'plucky', 'proud', 'quick', 'quiet', 'ready',
  'robust', 'serene', 'sharp', 'snug', 'solid', 'spry', 'stable', 'steady', 'stout', 'sturdy', 'sunny', 'swift',
  'tidy', 'trusty', 'vivid', 'warm', 'wise', 'witty',
];

const things = [
  'anchor', 'ballast', 'barge', 'beacon', 'bollard', 'bowline', 'bridge', 'buoy', 'cabin', 'capstan', 'chart', 'cleat',
  'compass', 'cutter', 'dinghy', 'dock', 'fender', 'ferry', 'frigate', 'galley', 'gangway', 'halyard', 'harbour',
  'hatch', 'hawser', 'helm', 'hold', 'hull', 'jetty', 'keel', 'ketch', 'lantern', 'lighter', 'locker', 'mainsail',
  'mast', 'mooring', 'oar', 'pier', 'pilot', 'quay', 'rigging', 'rudder', 'sail', 'schooner', 'sextant', 'sloop',
  'spar', 'tender', 'tide', 'tiller', 'trawler', 'tug', 'vessel', 'wharf', 'winch', 'yawl',
];

const pick = (words: readonly string[]): string => words[randomInt(words.length)] ?? '';

/** A name for a container whose user gave none, such as `steady_keel`; numbered where chance repeats itself. */
export function randomName(isFree: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt += 1) {
    const name = `${pick(traits)}_${pick(things)}${attempt < 3 ? '' : randomInt(10 ** Math.min(attempt, 9))}`;
    if (isFree(name)) return name;
  }
}

/** A container id: 64 hex digits whose first twelve hold a letter, so that the short form never reads as a number. */
export function randomId(): string {
  for (;;) {
    const id = randomBytes(32).toString('hex');
    if (!/^\d{12}/.test(id)) return id;
  }
}
