import { CodedError } from '../../platform/errors.ts';
import { Refused } from './user-errors.ts';

/** Something that a write is about or refers to, as it was found now. */
export interface Reference {
  /** The field of the input that names it, or would replace it. */
  readonly path: readonly string[];
  /** What it is, in words. */
  readonly what: string;
  /** Whether it is there and the caller may see it. */
  readonly isVisible: boolean;
}

/**
 * Lets a write go on where all that it is about and refers to, before and after, is within what the caller may see. What is hidden and what
 * is not there are one to a caller who does not see everything.
 * @param everything whether nothing is hidden from the caller: then what is not found is not there
 * @throws CodedError FORBIDDEN that names the place; Refused where it is not there
 */
export function assertInScope(everything: boolean, references: readonly Reference[]): void {
  const [outside, ...others] = references.filter(({ isVisible }) => !isVisible);
  if (outside === undefined) return;
  if (everything)
    throw new Refused(
      ...[outside, ...others].map(({ path, what }) => ({
        message: `\`${path.join('.')}\`: there is no such ${what}.`,
        path,
        code: 'UNKNOWN_REFERENCE',
      })),
    );
  throw new CodedError(
    'FORBIDDEN',
    `\`${outside.path.join('.')}\`: this ${outside.what} is not within what the caller may see, or is not there. Nothing was changed.`,
    { inputPath: outside.path },
  );
}
