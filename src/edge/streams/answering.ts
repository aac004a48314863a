import { execute, type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql';
import type { Admission } from '../../guard/index.ts';
import { CodedError } from '../../platform/errors.ts';
import type { LogEntry } from '../../platform/events/index.ts';
import { pause } from '../../platform/pause.ts';
import { type AcceptedSubscription, concluded, type OperationSettings, openRequest } from '../operations.ts';
import { watchOperation } from '../watch.ts';
import type { Payload } from './subscription.ts';

/** What answering the events of one subscription takes. */
export interface AnsweringOptions extends OperationSettings {
  readonly admission: Admission;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly accepted: AcceptedSubscription;
  readonly format: (error: unknown) => GraphQLFormattedError;
}

/** Waits before asking once more where it can't be told whether the caller may know of an event, in milliseconds. */
const PATIENCE_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/** Answers have no line each in the log: the subscription has one. */
const SILENT = { info: (): void => {} };

/**
 * Runs the subscription's document over an event: with loaders and a deadline of its own, at the price that was judged. A caller whose
 * budget is used up waits until it is filled again. Null where the caller may not know of the event.
 * @returns throws CodedError where a platform that has to say who may know of it can't be asked for too long
 */
export function answering(options: AnsweringOptions) {
  const { schema, admission, headers, accepted, format, instruments, meter } = options;
  const { document, operationName, variables, selection, cost } = accepted;

  const run = async (entry: LogEntry<unknown>, signal: AbortSignal): Promise<FormattedExecutionResult> => {
    const watch = watchOperation({ ...instruments, log: SILENT }, { ...admission, headers });
    const contextValue = openRequest(options, admission, watch, signal);
    contextValue.select(selection);
    const result = await execute({
      schema,
      document,
      operationName,
      variableValues: variables,
      rootValue: entry,
      contextValue,
    });
    const data = result.data ?? null;
    const own = result.errors?.map((error) => format(error)) ?? [];
    const ending = { name: operationName, type: 'subscription', cost } as const;
    const { errors, remarks } = concluded(contextValue, { data, errors: own }, format, ending);
    return {
      data,
      ...(errors.length > 0 && { errors }),
      ...(Object.keys(remarks).length > 0 && { extensions: remarks as Record<string, unknown> }),
    };
  };

  const paid = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      try {
        await meter.spendAgain(admission.caller, cost);
        return;
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'BUDGET_EXCEEDED') throw error;
        await pause(1_000 * Math.max(1, Number(error.details.retryAfter ?? 1)), signal);
      }
    }
  };

  return async (entry: LogEntry<unknown>, signal: AbortSignal): Promise<Payload> => {
    await paid(signal);
    for (const wait of [...PATIENCE_MS, null]) {
      const answer = await run(entry, signal);
      if (Object.values(answer.data ?? {}).some((value) => value !== null)) return answer;
      const [failure] = answer.errors ?? [];
      if (failure === undefined) return null;
      if (wait === null || !String(failure.extensions?.code).startsWith('UPSTREAM_')) throw failureOf(failure);
      await pause(wait, signal);
    }
    return null;
  };
}

/** What the answer to an event failed with as a whole ends the subscription: the event must not be passed over. */
function failureOf({ message, extensions = {} }: GraphQLFormattedError): CodedError {
  const { code, ...details } = extensions;
  return new CodedError(code as CodedError['code'], message, details);
}
