import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { hostError } from './host-error.ts';
import { isMountpoint } from './mount-table.ts';
import { failed, type MountCall, maskedCall, mountSteps, unmount } from './mounts.ts';

/*
 * Runs in a process of its own: mount(2) waits for servers and disks in ways that nothing but the end of its process
 * interrupts. What to mount comes on stdin, so that no password shows in a list of processes. Where nobody reads the
 * answer any more, the mount is taken back.
 */
const program = `
const { readFileSync, writeSync } = require('node:fs');
const koffi = require(process.argv[1]);
const libc = koffi.load(null);
const mount = libc.func('mount', 'int', ['void*', 'void*', 'void*', 'ulong', 'void*']);
const umount2 = libc.func('umount2', 'int', ['void*', 'int']);
const bytes = (text) => Buffer.from(text, 'base64');
let answer = 'done';
const steps = JSON.parse(readFileSync(0, 'utf8'));
for (const [index, [source, target, type, flags, data]] of steps.entries()) {
  if (mount(bytes(source), bytes(target), bytes(type), flags, bytes(data)) === 0) continue;
  answer = index + ' ' + koffi.errno();
  break;
}
try {
  writeSync(1, answer);
} catch {
  if (answer === 'done') umount2(bytes(steps[0][1]), 2);
}
`;

/**
 * As `mount`, for what may never end: a server that is away, a disk that hangs. Such a mount keeps nobody else waiting,
 * and is given up in the end. Costs the start of a process.
 * @param timeout milliseconds.
 * @throws as `mount`; with ETIMEDOUT where the time is over, and nothing is mounted then.
 */
export async function mountApart(call: MountCall, timeout: number): Promise<void> {
  const answer = await answerOf(call, timeout);
  if (answer === 'done') return;
  const [step, errno] = answer.split(' ').map(Number);
  if (step !== undefined && errno !== undefined) throw failed(call, errno, step > 0);
  // Ended by us, or by somebody else; it may have come just so far.
  if (isMountpoint(call.target)) unmount(call.target, { detach: true });
  throw hostError(maskedCall(call), 'ETIMEDOUT');
}

async function answerOf(call: MountCall, timeout: number): Promise<string> {
  const koffi = createRequire(import.meta.url).resolve('koffi');
  const child = spawn(process.execPath, ['-e', program, koffi], { stdio: ['pipe', 'pipe', 'ignore'] });
  const timer = setTimeout(() => giveUp(child), timeout);
  const steps = mountSteps(call).map((step) =>
    step.map((each) => (Buffer.isBuffer(each) ? each.toString('base64') : each)),
  );
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(steps));
  let answer = '';
  child.stdout.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  const end = () => giveUp(child);
  process.once('exit', end);
  try {
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('close', resolve);
      child.once('error', reject);
    });
    return answer;
  } finally {
    clearTimeout(timer);
    process.off('exit', end);
  }
}

/** Not waited for: a process whose mount cannot even be killed goes on, and nobody with it. */
function giveUp(child: ChildProcess): void {
  child.kill('SIGKILL');
  child.stdout?.destroy();
  child.unref();
}
