/** What a caller of the OData service did wrong, or what the service does not do; its words are meant for the caller. */
export class ODataError extends Error {
  /** The HTTP status to answer with. */
  readonly status: number;
  /** For programs. */
  readonly code: string;
  /** The part of the request that it is about, such as `$filter`; null where it is about the whole. */
  readonly target: string | null;

  constructor(status: number, code: string, message: string, target: string | null = null) {
    super(message);
    this.name = 'ODataError';
    this.status = status;
    this.code = code;
    this.target = target;
  }
}

/** The request is malformed or names what is not there: 400. */
export function badRequest(message: string, target: string | null = null): ODataError {
  return new ODataError(400, 'BadRequest', message, target);
}

/** The URL leads nowhere: 404. */
export function notFound(message: string): ODataError {
  return new ODataError(404, 'NotFound', message);
}

/**
 * The request is fine by the specification, but asks for what this service does not do: 501 (OData 4.01 Protocol, section 9.3.1).
 * @param what the option, function or segment, as it is called in a request
 */
export function notImplemented(what: string, advice: string, target: string | null = what): ODataError {
  return new ODataError(501, 'NotImplemented', `${what} is not supported. ${advice}`.trim(), target);
}

/** The same problem, said to be about a certain part of the request where nothing closer is known. */
export function aboutTarget(error: unknown, target: string): unknown {
  if (!(error instanceof ODataError) || error.target !== null) return error;
  return new ODataError(error.status, error.code, error.message, target);
}

/** The JSON body that tells of an error (OData 4.01 JSON Format, section 21.1). */
export function errorBody({ code, message, target }: ODataError): string {
  return JSON.stringify({ error: { code, message, ...(target !== null && { target }), details: [] } });
}
