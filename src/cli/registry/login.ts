import { createInterface } from 'node:readline';
import { invalidArgument } from '../../errors/index.ts';
import { type App, say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { keyOf, writeAuths } from './credentials.ts';

export const login = defineCommand({
  usage: '[OPTIONS] [SERVER]',
  details: 'Without a server, logs in to Docker Hub. The login is kept in ~/.docker/config.json, shared with docker.',
  flags: {
    password: text('Password; better given by --password-stdin', { short: 'p' }),
    'password-stdin': toggle('Read the password from standard input'),
    username: text('User name', { short: 'u' }),
  },
  args: { min: 0, max: 1 },
  async run({ app, values, args: [server = ''] }) {
    if (values.password !== '') warn(app, 'WARNING! Using --password via the CLI is insecure. Use --password-stdin.');
    if (values.password !== '' && values['password-stdin']) {
      throw invalidArgument('--password and --password-stdin are mutually exclusive');
    }
    if (values['password-stdin'] && values.username === '')
      throw invalidArgument('Must provide --username with --password-stdin');
    const username = values.username || (await ask(app, 'Username: '));
    const password = values['password-stdin'] ? await readAll(app) : values.password || (await askSecret(app));
    if (username === '') throw invalidArgument('username is required');
    if (password === '') throw invalidArgument('password is required');
    const key = keyOf(server);
    const answer = await app.client().json<{ Status: string; IdentityToken?: string }>({
      method: 'POST',
      path: '/auth',
      body: { username, password, serveraddress: key },
    });
    const entry = answer.IdentityToken
      ? { auth: base64(`${username}:`), identitytoken: answer.IdentityToken }
      : { auth: base64(`${username}:${password}`) };
    const config = app.config();
    writeAuths(config, { ...config.auths, [key]: entry });
    warn(app, `\nWARNING! Your credentials are stored unencrypted in '${config.path}'.`);
    say(app, `\n${answer.Status}`);
    return 0;
  },
});

const base64 = (plain: string): string => Buffer.from(plain).toString('base64');

async function ask(app: App, question: string): Promise<string> {
  if (app.stdin.isTTY !== true) throw invalidArgument('Cannot perform an interactive login from a non TTY device');
  const lines = createInterface({ input: app.stdin, output: app.stdout });
  try {
    return await new Promise<string>((resolve) => lines.question(question, resolve));
  } finally {
    lines.close();
  }
}

/** Asks without showing what is typed. */
async function askSecret(app: App): Promise<string> {
  if (app.stdin.isTTY !== true) throw invalidArgument('Cannot perform an interactive login from a non TTY device');
  app.stdout.write('Password: ');
  app.stdin.setRawMode?.(true);
  try {
    return await readSecret(app);
  } finally {
    app.stdin.setRawMode?.(false);
    app.stdin.pause();
    app.stdout.write('\n');
  }
}

async function readSecret(app: App): Promise<string> {
  let typed = '';
  for await (const chunk of app.stdin.iterator({ destroyOnReturn: false })) {
    for (const character of String(chunk)) {
      if (character === '\r' || character === '\n' || character === '\u0004') return typed;
      if (character === '\u0003') throw invalidArgument('interrupted');
      typed = character === '\u007f' ? typed.slice(0, -1) : typed + character;
    }
  }
  return typed;
}

async function readAll(app: App): Promise<string> {
  let content = '';
  for await (const chunk of app.stdin) content += String(chunk);
  return content.replace(/\r?\n$/, '');
}
