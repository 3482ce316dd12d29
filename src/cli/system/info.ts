import { invalidArgument, messageOf } from '../../errors/index.ts';
import { RELEASE } from '../../wire/index.ts';
import { say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text } from '../flags/index.ts';
import { bytesSize } from '../format/units.ts';
import { compileTemplate } from '../template/index.ts';

/** The parts of GET /info that `info` shows. */
interface Info {
  ID: string;
  Name: string;
  ServerVersion: string;
  Containers: number;
  ContainersRunning: number;
  ContainersPaused: number;
  ContainersStopped: number;
  Images: number;
  Driver: string;
  DriverStatus: Array<[string, string]> | null;
  LoggingDriver: string;
  CgroupDriver: string;
  CgroupVersion: string;
  Plugins: { Volume?: string[] | null; Network?: string[] | null; Log?: string[] | null } | null;
  Runtimes: Record<string, unknown> | null;
  DefaultRuntime: string;
  SecurityOptions: string[] | null;
  KernelVersion: string;
  OperatingSystem: string;
  OSType: string;
  Architecture: string;
  NCPU: number;
  MemTotal: number;
  DockerRootDir: string;
  Debug: boolean;
  LiveRestoreEnabled: boolean;
  Labels: string[] | null;
  Warnings: string[] | null;
}

export const info = defineCommand({
  usage: '[OPTIONS]',
  flags: { format: text("'json', or what a Go template makes of it", { short: 'f' }) },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const answer = await app.client().json<Info>({ method: 'GET', path: '/info' });
    if (values.format === '') {
      say(app, infoText(answer));
      for (const warning of answer.Warnings ?? []) warn(app, warning);
    } else say(app, formatted(values.format, answer));
    return 0;
  },
});

function formatted(format: string, answer: Info): string {
  const ClientInfo = { Debug: false, Context: 'default', Plugins: [], Warnings: null };
  try {
    return compileTemplate(format === 'json' ? '{{json .}}' : format).execute({ ...answer, ClientInfo });
  } catch (error) {
    throw invalidArgument(`template parsing error: ${messageOf(error)}`, error);
  }
}

function infoText(info: Info): string {
  const indented = (lines: readonly string[] | null) => (lines ?? []).map((line) => `  ${line}`);
  return [
    'Client: Holdfast',
    ` Version:    ${RELEASE}`,
    '',
    'Server:',
    ` Containers: ${info.Containers}`,
    `  Running: ${info.ContainersRunning}`,
    `  Paused: ${info.ContainersPaused}`,
    `  Stopped: ${info.ContainersStopped}`,
    ` Images: ${info.Images}`,
    ` Server Version: ${info.ServerVersion}`,
    ` Storage Driver: ${info.Driver}`,
    ...indented((info.DriverStatus ?? []).map(([name, value]) => `${name}: ${value}`)),
    ` Logging Driver: ${info.LoggingDriver}`,
    ` Cgroup Driver: ${info.CgroupDriver}`,
    ` Cgroup Version: ${info.CgroupVersion}`,
    ' Plugins:',
    `  Volume: ${(info.Plugins?.Volume ?? []).join(' ')}`,
    `  Network: ${(info.Plugins?.Network ?? []).join(' ')}`,
    `  Log: ${(info.Plugins?.Log ?? []).join(' ')}`,
    ` Runtimes: ${Object.keys(info.Runtimes ?? {}).join(' ')}`,
    ` Default Runtime: ${info.DefaultRuntime}`,
    ' Security Options:',
    ...indented(
      (info.SecurityOptions ?? []).map((option) => option.replace(/^name=/, '').replace(/,profile=/, '\n   Profile: ')),
    ),
    ` Kernel Version: ${info.KernelVersion}`,
    ` Operating System: ${info.OperatingSystem}`,
    ` OSType: ${info.OSType}`,
    ` Architecture: ${info.Architecture}`,
    ` CPUs: ${info.NCPU}`,
    ` Total Memory: ${bytesSize(info.MemTotal)}`,
    ` Name: ${info.Name}`,
    ` ID: ${info.ID}`,
    ` Docker Root Dir: ${info.DockerRootDir}`,
    ` Debug Mode: ${info.Debug}`,
    ` Live Restore Enabled: ${info.LiveRestoreEnabled}`,
    ...((info.Labels ?? []).length > 0 ? [' Labels:', ...indented(info.Labels)] : []),
  ].join('\n');
}
