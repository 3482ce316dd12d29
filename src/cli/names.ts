/** What this command is called, in its own messages. */
export const PROGRAM = 'holdfast';
