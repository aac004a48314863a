import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { Subscription } from './subscription.ts';

/**
 * What came of an operation, one after the other; what it ends with is told as an answer too, since a stream has no other words. It can be
 * ended while it waits, which a generator alone can't.
 * @param leaving an error as it leaves @param told called when nothing more comes
 */
export function answersOf(
  opened: () => Promise<Subscription | FormattedExecutionResult>,
  leaving: (error: unknown, cursor: string | null) => GraphQLFormattedError,
  told: () => void,
): AsyncGenerator<FormattedExecutionResult> {
  let subscription: Subscription | undefined;
  let [hasBegun, hasEnded] = [false, false];
  async function* answers(): AsyncGenerator<FormattedExecutionResult> {
    hasBegun = true;
    try {
      const result = await opened();
      if (!(result instanceof Subscription)) return yield result;
      subscription = result;
      // While it was opened nothing could end it.
      if (hasEnded) await subscription.return();
      yield* result;
    } catch (error) {
      yield { errors: [leaving(error, subscription?.cursor ?? null)] };
    } finally {
      told();
    }
  }
  const generator = answers();
  const end = generator.return.bind(generator);
  return Object.assign(generator, {
    return: async (value: undefined) => {
      if (!hasBegun && !hasEnded) told();
      hasEnded = true;
      await subscription?.return();
      return end(value);
    },
  });
}
