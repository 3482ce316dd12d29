/**
 * The steps back out of a multi-step operation. Each step done adds its undo; failing runs them newest first, so that
 * an operation that fails half-way leaves no trace.
 */
export class UndoStack {
  #undos: Array<() => Promise<void> | void> = [];

  add(undo: () => Promise<void> | void): void {
    this.#undos.push(undo);
  }

  /** Forgets every undo: the operation has succeeded. */
  commit(): void {
    this.#undos = [];
  }

  /** Runs every undo, newest first; one that fails is handed to `onError` and does not stop the others. */
  async rollback(onError: (error: unknown) => void = () => {}): Promise<void> {
    const undos = this.#undos.reverse();
    this.#undos = [];
    for (const undo of undos) {
      try {
        await undo();
      } catch (error) {
        onError(error);
      }
    }
  }

  /** Runs `work` with a fresh stack: commits where it succeeds, rolls back and rethrows where it fails. */
  static async run<T>(work: (undo: UndoStack) => Promise<T>, onError?: (error: unknown) => void): Promise<T> {
    const undo = new UndoStack();
    try {
      const result = await work(undo);
      undo.commit();
      return result;
    } catch (error) {
      await undo.rollback(onError);
      throw error;
    }
  }
}
