/** Something that can't be done as asked, at its place in the input: names and indexes, from the argument on. */
export interface UserFault {
  readonly message: string;
  readonly path: readonly string[] | null;
  readonly code: string;
}

/** What was asked for can't be done, and here is why: it becomes `userErrors`. */
export class Refused extends Error {
  readonly faults: readonly UserFault[];

  constructor(...faults: readonly UserFault[]) {
    super('refused');
    this.faults = faults;
  }
}
