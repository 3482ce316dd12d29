import { describe, expect, it } from 'vitest';
import { parseDockerfile } from './dockerfile/dockerfile.ts';
import { Steps } from './steps.ts';
import { Transcript } from './transcript.ts';

const id = 'a'.repeat(64);

function transcriptOf(Dockerfile: string, labels: Record<string, string> = {}) {
  const said: string[] = [];
  const dockerfile = parseDockerfile(Dockerfile, { name: 'Dockerfile', target: '', buildArgs: {} });
  const transcript = new Transcript(new Steps(dockerfile, labels), {
    say: (text) => said.push(text),
    baseOf: (stage) => `base${stage}`,
  });
  transcript.start();
  return { transcript, said: () => said.join('') };
}

describe('Transcript', () => {
  it('counts steps through all stages, labels as one', () => {
    const { transcript, said } = transcriptOf('ARG A\nFROM a\nRUN x\nFROM b\nENV c=d', { k: 'v', l: 'w' });
    transcript.write('[1/2] STEP 1/2: FROM a\n[1/2] STEP 2/2: RUN x\nout\n--> 0123456789a\n[2/2] STEP 1/4: FROM b\n');
    transcript.write('[2/2] STEP 2/4: ENV c=d\n--> Using cache ');
    transcript.write(
      `${id}\n--> 0123456789b\n[2/2] STEP 3/4: LABEL "k"="v"\n[2/2] STEP 4/4: LABEL "l"="w"\n[2/2] COMMIT\n${id}\n`,
    );
    expect(transcript.end().last).toBe(id);
    expect(said()).toBe(
      [
        'Step 1/6 : ARG A',
        'Step 2/6 : FROM a',
        ' ---> base0',
        'Step 3/6 : RUN x',
        'out',
        ' ---> 0123456789a',
        'Step 4/6 : FROM b',
        ' ---> base1',
        'Step 5/6 : ENV c=d',
        ' ---> Using cache',
        ' ---> 0123456789b',
        'Step 6/6 : LABEL "k"="v" "l"="w"\n',
      ].join('\n'),
    );
  });

  it('takes what a command writes for what it is, whatever it looks like', () => {
    const { transcript, said } = transcriptOf('FROM a\nRUN x\nRUN y');
    transcript.write('STEP 1/3: FROM a\nSTEP 2/3: RUN x\nSTEP 9/9: nothing\nError: of the command\n');
    transcript.write(`${id}\nSTEP 3/3: RUN y\nError: building at STEP "RUN y": while running runtime: exit status 1`);
    const { step, last } = transcript.end();
    expect(step?.text).toBe('RUN y');
    expect(last).toBe('Error: building at STEP "RUN y": while running runtime: exit status 1');
    expect(said()).toContain(`Step 2/3 : RUN x\nSTEP 9/9: nothing\nError: of the command\n${id}\nStep 3/3 : RUN y\n`);
  });

  it('names instructions that a base image left', () => {
    const { transcript, said } = transcriptOf('FROM a\nRUN x');
    transcript.write('STEP 1/2: FROM a\nSTEP 2/3: RUN left\nSTEP 3/3: RUN x\n');
    transcript.end();
    expect(said()).toBe('Step 1/2 : FROM a\n ---> base0\n# Executing 1 build trigger\nStep 2/2 : RUN x\n');
  });
});
