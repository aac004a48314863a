/** A request as a platform's handler sees it: decoded, with the body still in bytes. */
export interface Call {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly params: Readonly<Record<string, string>>;
  /** A parameter that is sent twice counts once, with its last value: lists are comma-separated on both platforms. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** What a handler answers. `body` is sent as JSON, bytes as they are, undefined as no body at all. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Handlers are synchronous, so that every request sees and leaves a whole state. */
export type Handler = (call: Call) => Answer;

/** `GET /crm/v1/clients/{id}` → handler. */
export type RouteTable = Readonly<Record<string, Handler>>;

/** An answer that ends the handling of a request from anywhere inside it. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

/** Answers with a status and a JSON body. */
export function answer(status: number, body?: unknown): Answer {
  return body === undefined ? { status } : { status, body };
}
