/** An object of an answer. */
export type Answer = Readonly<Record<string, unknown>>;

/** An operation to be run for whoever reads a table. */
export interface Question {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Runs an operation as if the reader of the table had sent it: in the same scope, at the same price, with a deadline of its own. @returns
 * its data, with nothing missing. @throws CodedError what it failed with, as a whole or in a part
 */
export type Ask = (question: Question) => Promise<Answer>;
