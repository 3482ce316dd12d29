/** What a message may carry beside its words: named values, never secrets. */
export type LogFields = Record<string, unknown>;

/** The log every part of the engine writes to; shaped like pino's methods so that a pino logger fits as it is. */
export interface Log {
  debug(fieldsOrMessage: LogFields | string, message?: string): void;
  info(fieldsOrMessage: LogFields | string, message?: string): void;
  warn(fieldsOrMessage: LogFields | string, message?: string): void;
  error(fieldsOrMessage: LogFields | string, message?: string): void;
}

const nothing = (): void => {};

/** A log that keeps nothing, for tests and for commands that must stay quiet. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
