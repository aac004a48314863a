import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { decimalOf } from '../../src/platform/money.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;

function refused(name: string, expected: string): GraphQLError {
  return new GraphQLError(`${name} must be ${expected}.`, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** A scalar that is text on the wire, checked by `isValid` on its way in. */
function textScalar(
  name: string,
  expected: string,
  isValid: (text: string) => boolean,
): GraphQLScalarType<string, string> {
  const checked = (value: unknown): string => {
    if (typeof value !== 'string' || !isValid(value)) throw refused(name, expected);
    return value;
  };
  return new GraphQLScalarType<string, string>({
    name,
    serialize: String,
    parseValue: checked,
    parseLiteral: (node: ValueNode) => checked(node.kind === Kind.STRING ? node.value : undefined),
  });
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return DATE.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const DateScalar = textScalar('Date', 'a date such as "2026-10-31"', isDay);

export const DateTime = textScalar(
  'DateTime',
  'an instant such as "2026-10-31T09:30:00Z"',
  (text) =>
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text)),
);

export const Decimal = textScalar('Decimal', 'a decimal number in a string such as "12.50"', (text) =>
  /^-?\d{1,30}(\.\d{1,30})?$/.test(text),
);

export const CurrencyCode = textScalar('CurrencyCode', 'an ISO 4217 code such as "GBP"', (text) =>
  /^[A-Z]{3}$/.test(text),
);

export const SafeInt = new GraphQLScalarType<bigint, number>({
  name: 'SafeInt',
  serialize(value) {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new GraphQLError('This number is too large to be told exactly.');
    return number;
  },
  parseValue(value) {
    if (typeof value !== 'number' || !Number.isSafeInteger(value))
      throw refused('SafeInt', 'a whole number within 2^53');
    return BigInt(value);
  },
  parseLiteral(node) {
    if (node.kind !== Kind.INT || !Number.isSafeInteger(Number(node.value)))
      throw refused('SafeInt', 'a whole number within 2^53');
    return BigInt(node.value);
  },
});

export { DateScalar as Date };

/** Money's decimal is worked out from its pence; the other fields stand in the model. */
export const Money = { decimal: decimalOf };
