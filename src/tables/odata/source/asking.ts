import { CodedError } from '../../../platform/errors.ts';
import type { Ask } from '../../walk/ask.ts';
import { foreignToken, type PageToken } from './token.ts';
import { IDS } from './view.ts';

/**
 * Asks for things by their ids. An id that is none of the graph is nobody's: it finds nothing, and nothing was asked wrongly. What is too dear
 * for many at once is asked for fewer.
 */
export function forKnown(ask: Ask): Ask {
  const known: Ask = async (question) => {
    try {
      return await ask(question);
    } catch (error) {
      if (!isCoded(error, 'BAD_USER_INPUT', 'COST_EXCEEDED')) throw error;
      const ids = question.variables[IDS] as readonly string[] | undefined;
      if (ids === undefined || (ids.length <= 1 && error.code === 'COST_EXCEEDED')) throw error;
      if (ids.length <= 1) return {};
      const middle = Math.ceil(ids.length / 2);
      const things: unknown[] = [];
      for (const half of [ids.slice(0, middle), ids.slice(middle)]) {
        const { nodes } = await known({ ...question, variables: { ...question.variables, [IDS]: half } });
        for (const thing of (nodes ?? []) as readonly unknown[]) things.push(thing);
      }
      return { nodes: things };
    }
  };
  return known;
}

/**
 * Asks without the variables that only narrow, where the graph refuses a value of theirs that a filter may well have: all is filtered here
 * anyhow. What is refused even so is the place to begin at.
 */
export function withoutRefused(ask: Ask, narrowing: readonly string[], start: PageToken | null): Ask {
  let isRefused = false;
  const plain: Ask = async ({ text, variables }) => {
    const kept = Object.entries(variables).filter(([name]) => !narrowing.includes(name));
    try {
      return await ask({ text, variables: isRefused ? Object.fromEntries(kept) : variables });
    } catch (error) {
      if (!isCoded(error, 'BAD_USER_INPUT')) throw error;
      if (!isRefused && narrowing.length > 0) {
        isRefused = true;
        return plain({ text, variables });
      }
      throw start?.after == null ? error : foreignToken();
    }
  };
  return plain;
}

function isCoded(error: unknown, ...codes: readonly string[]): error is CodedError {
  return error instanceof CodedError && codes.includes(error.code);
}
