import type { Input } from '../app.ts';

/**
 * Hands keys on as they are typed, without echo. The terminal is put back by the returned function, and whatever ends
 * the process.
 */
export function makeRaw(stdin: Input): () => void {
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return () => undefined;
  let isRaw = true;
  const restore = () => {
    if (isRaw) stdin.setRawMode?.(false);
    isRaw = false;
    process.removeListener('exit', restore);
  };
  stdin.setRawMode(true);
  process.on('exit', restore);
  return restore;
}
