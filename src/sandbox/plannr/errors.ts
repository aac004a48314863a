import { answer, Refusal } from '../server/route.ts';

const MESSAGES: Readonly<Record<number, string>> = {
  401: 'Unauthenticated.',
  429: 'Too Many Attempts.',
  500: 'Server Error',
  503: 'Service Unavailable',
};

/** `{ message }`, with the platform's own words where they are documented. */
export function errorBody(status: number, message: string): unknown {
  return { message: MESSAGES[status] ?? message };
}

/** An answer with a message. */
export function refusal(status: number, message: string): Refusal {
  return new Refusal(answer(status, { message }));
}

/** Field → what is wrong with it. */
export class Complaints {
  readonly #errors: Record<string, string[]> = {};

  add(field: string, text: string): void {
    this.#errors[field] = [...(this.#errors[field] ?? []), text];
  }

  /** Refuses with 422 where there was anything to complain about (shape inferred). */
  settle(): void {
    if (Object.keys(this.#errors).length === 0) return;
    throw new Refusal(answer(422, { message: 'The given data was invalid.', errors: this.#errors }));
  }
}

/** A 422 about one field. */
export function invalid(field: string, text: string): Refusal {
  return new Refusal(answer(422, { message: 'The given data was invalid.', errors: { [field]: [text] } }));
}
