import { run } from '../../host/index.ts';

/** Where a client runs: in a namespace, or on the host. */
type From = { path: string } | 'host';

/** What a TCP server says to a client, or the word for why it cannot be reached. */
export async function ask(from: From, host: string, port: number): Promise<string> {
  const script = `
    const socket = require('node:net').connect({ host: '${host}', port: ${port} });
    socket.setTimeout(1500, () => { process.stdout.write('no answer'); process.exit(); });
    socket.on('data', (data) => process.stdout.write(data));
    socket.on('error', (error) => process.stdout.write(error.code));`;
  return (await run([...within(from), process.execPath, '-e', script])).stdout;
}

/** The addresses that a name server has for a name. */
export async function lookUp(from: From, name: string, server: string): Promise<string[]> {
  const { stdout } = await run([...within(from), 'busybox', 'nslookup', name, server], { okCodes: [0, 1] });
  return stdout
    .split('\n')
    .slice(2)
    .flatMap((line) => /^Address: (.+)$/.exec(line)?.[1] ?? []);
}

const within = (from: From): string[] => (from === 'host' ? [] : ['nsenter', `--net=${from.path}`]);
