/** The answer of POST /containers/{id}/wait. */
export interface WaitResult {
  StatusCode: number;
  Error?: { Message: string };
}
