import { invalidArgument } from '../../errors/index.ts';
import type { HostConfig } from '../../wire/index.ts';
import { capabilitiesFor } from './capabilities.ts';
import { parseRule } from './devices.ts';
import { validateNamespaces } from './namespaces.ts';
import { apparmorProfile, parseSecurityOptions, seccompFor } from './security-opt.ts';
import { rlimitsFor } from './ulimits.ts';
import { validateResources } from './validate-resources.ts';

/**
 * Checks at create what would otherwise fail at start, as Docker does and with its words.
 * @returns warnings for the answer: what this machine cannot keep and will leave out or lower
 * @throws invalid-argument
 */
export function validateHostConfig(hostConfig: HostConfig): string[] {
  const warnings = validateResources(hostConfig);
  validateNamespaces(hostConfig);
  refuseIf(hostConfig.ShmSize < 0, 'SHM size can not be less than 0');
  refuseIf(
    hostConfig.OomScoreAdj < -1000 || hostConfig.OomScoreAdj > 1000,
    `Invalid value ${hostConfig.OomScoreAdj}, range for oom score adj is [-1000, 1000]`,
  );
  const capabilities = capabilitiesFor(hostConfig);
  const security = parseSecurityOptions(hostConfig.SecurityOpt ?? []);
  apparmorProfile(security.apparmor);
  seccompFor(security.seccomp, hostConfig, capabilities);
  for (const rule of hostConfig.DeviceCgroupRules ?? []) parseRule(rule);
  return [...warnings, ...rlimitsFor(hostConfig.Ulimits).warnings];
}

function refuseIf(condition: boolean, message: string): void {
  if (condition) throw invalidArgument(message);
}
