import { release } from 'node:os';
import * as z from 'zod';
import { invalidArgument, messageOf } from '../../errors/index.ts';
import type { OciSeccomp } from './oci.ts';

const filterSchema = z.object({
  caps: z.array(z.string()).nullish(),
  arches: z.array(z.string()).nullish(),
  minKernel: z.string().nullish(),
});

const argSchema = z.object({
  index: z.number(),
  value: z.number(),
  valueTwo: z.number().optional(),
  op: z.string(),
});

const ruleSchema = z.object({
  /** The old form, for one system call. */
  name: z.string().nullish(),
  names: z.array(z.string()).nullish(),
  action: z.string(),
  errnoRet: z.number().nullish(),
  args: z.array(argSchema).nullish(),
  includes: filterSchema.nullish(),
  excludes: filterSchema.nullish(),
});

const profileSchema = z.object({
  defaultAction: z.string(),
  defaultErrnoRet: z.number().nullish(),
  architectures: z.array(z.string()).nullish(),
  archMap: z.array(z.object({ architecture: z.string(), subArchitectures: z.array(z.string()).nullish() })).nullish(),
  flags: z.array(z.string()).nullish(),
  listenerPath: z.string().nullish(),
  listenerMetadata: z.string().nullish(),
  syscalls: z.array(ruleSchema).nullish(),
});

/** A profile in Docker's format: OCI's, with rules that may depend on capabilities, architecture and kernel. */
export type SeccompProfile = z.output<typeof profileSchema>;
export type SeccompRule = z.output<typeof ruleSchema>;
type SeccompFilter = z.output<typeof filterSchema>;

/** What the rules of a profile are weighed against. */
export interface SeccompContext {
  capabilities: string[];
  /** The kernel's `uname -r`; this machine's where it is left out. */
  kernel?: string;
  /** Node's name of the architecture; this machine's where it is left out. */
  arch?: string;
}

/** @param text the JSON that `--security-opt seccomp=FILE` sends. @throws invalid-argument where it is no profile. */
export function parseSeccompProfile(text: string): SeccompProfile {
  let profile: SeccompProfile;
  try {
    profile = profileSchema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw invalidArgument(`decoding seccomp profile failed: ${reason}`, error);
  }
  if ((profile.architectures?.length ?? 0) > 0 && (profile.archMap?.length ?? 0) > 0) {
    throw invalidArgument(
      "both 'architectures' and 'archMap' are specified in the seccomp profile, use either of them",
    );
  }
  for (const { name, names } of profile.syscalls ?? []) {
    if (name && (names?.length ?? 0) > 0) {
      throw invalidArgument("both 'name' and 'names' are specified in the seccomp profile, use either of them");
    }
  }
  return profile;
}

const ociArchitectures: Record<string, string> = {
  x64: 'SCMP_ARCH_X86_64',
  ia32: 'SCMP_ARCH_X86',
  arm64: 'SCMP_ARCH_AARCH64',
  arm: 'SCMP_ARCH_ARM',
  ppc64: 'SCMP_ARCH_PPC64LE',
  s390x: 'SCMP_ARCH_S390X',
  riscv64: 'SCMP_ARCH_RISCV64',
  loong64: 'SCMP_ARCH_LOONGARCH64',
};
const goArchitectures: Record<string, string> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le', loong64: 'loong64' };

/** The profile as the runtime takes it: only the rules that apply here, and to these capabilities. */
export function resolveSeccomp(profile: SeccompProfile, context: SeccompContext): OciSeccomp {
  const { capabilities, kernel = release(), arch = process.arch } = context;
  const here = { capabilities, kernel, arch: goArchitectures[arch] ?? arch };
  const rules = (profile.syscalls ?? []).filter((rule) => applies(rule, here));
  return {
    defaultAction: profile.defaultAction,
    ...(profile.defaultErrnoRet == null ? {} : { defaultErrnoRet: profile.defaultErrnoRet }),
    architectures: architecturesOf(profile, ociArchitectures[arch]),
    ...(profile.flags?.length ? { flags: profile.flags } : {}),
    ...(profile.listenerPath ? { listenerPath: profile.listenerPath } : {}),
    ...(profile.listenerMetadata ? { listenerMetadata: profile.listenerMetadata } : {}),
    syscalls: rules.map(({ name, names, action, errnoRet, args }) => ({
      names: name ? [name] : (names ?? []),
      action,
      ...(errnoRet == null ? {} : { errnoRet }),
      ...(args?.length
        ? {
            args: args.map(({ index, value, valueTwo, op }) => ({
              index,
              value,
              ...(valueTwo === undefined ? {} : { valueTwo }),
              op,
            })),
          }
        : {}),
    })),
  };
}

function architecturesOf(profile: SeccompProfile, native: string | undefined): string[] {
  if (profile.architectures?.length) return profile.architectures;
  const entry = profile.archMap?.find(({ architecture }) => architecture === native);
  return entry === undefined ? [] : [entry.architecture, ...(entry.subArchitectures ?? [])];
}

interface Here {
  capabilities: string[];
  kernel: string;
  arch: string;
}

function applies(rule: SeccompRule, here: Here): boolean {
  const { includes, excludes } = rule;
  if (excludes && matchesAny(excludes, here)) return false;
  return !includes || matchesAll(includes, here);
}

/** An `excludes` takes the rule away where any of its words holds. */
function matchesAny({ caps, arches, minKernel }: SeccompFilter, here: Here): boolean {
  return (
    (arches ?? []).includes(here.arch) ||
    (caps ?? []).some((name) => here.capabilities.includes(name)) ||
    (Boolean(minKernel) && isAtLeast(here.kernel, minKernel ?? ''))
  );
}

/** An `includes` lets the rule stand only where all of its words hold. */
function matchesAll({ caps, arches, minKernel }: SeccompFilter, here: Here): boolean {
  return (
    (!arches?.length || arches.includes(here.arch)) &&
    (caps ?? []).every((name) => here.capabilities.includes(name)) &&
    (!minKernel || isAtLeast(here.kernel, minKernel))
  );
}

function isAtLeast(kernel: string, wanted: string): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10));
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map((part) => Number.parseInt(part, 10));
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
