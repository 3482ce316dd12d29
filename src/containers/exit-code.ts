/**
 * The exit code of a container whose process could not be started, as Docker has it: 127 where the command is not
 * there, 126 where it cannot be executed, 128 for anything else.
 */
export function exitCodeOfFailure(message: string): number {
  if (/executable file not found|no such file or directory/.test(message)) return 127;
  if (/permission denied|is a directory|exec format error/.test(message)) return 126;
  return 128;
}
