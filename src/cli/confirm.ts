import { createInterface } from 'node:readline';
import type { App } from './app.ts';

/** Asks on the terminal; anything but y or yes, and the end of input, mean no. */
export async function confirm(app: App, question: string): Promise<boolean> {
  app.stdout.write(question);
  const answer = await firstLine(app);
  return /^(y|yes)$/i.test(answer.trim());
}

/** Warns of what is about to be removed and asks whether to go on. */
export function confirmRemoval(app: App, warning: string): Promise<boolean> {
  return confirm(app, `WARNING! ${warning}\nAre you sure you want to continue? [y/N] `);
}

async function firstLine(app: App): Promise<string> {
  const lines = createInterface({ input: app.stdin, terminal: false });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
  }
}
