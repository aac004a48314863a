import {
  ExecutableDefinitionsRule,
  type GraphQLError,
  NoSchemaIntrospectionCustomRule,
  OverlappingFieldsCanBeMergedRule,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';

/** Errors that are told of one document: nobody mends more at once, and each one costs. */
const MOST_ERRORS = 10;

/** Looked at by whoever holds this rule: the server's own validation asks it of the document before it comes to this rule. */
const OF_THE_DOCUMENT = ExecutableDefinitionsRule;

/** Compares each field with every other one of its name: dear, and of no worth where the document is wrong anyhow. */
const DEAR = OverlappingFieldsCanBeMergedRule;

/**
 * All of validation as one rule: the cheap rules first, the dear one only where they find nothing, and then no more. It takes the place of
 * the server's own rules, which would all look at once, and tell up to 100 errors.
 * @param hidesSchema whether introspection is refused and nothing is suggested
 */
export function inOrderOfPrice(hidesSchema: boolean): ValidationRule {
  const cheap = [
    ...specifiedRules.filter((rule) => rule !== DEAR && rule !== OF_THE_DOCUMENT),
    ...(hidesSchema ? [NoSchemaIntrospectionCustomRule] : []),
  ];
  const options = { maxErrors: MOST_ERRORS, hideSuggestions: hidesSchema };
  return (context) => ({
    Document: {
      enter(document) {
        const found = (rules: readonly ValidationRule[]): readonly GraphQLError[] =>
          validate(context.getSchema(), document, rules, options);
        const errors = withoutStacks(() => {
          const wrong = found(cheap);
          return wrong.length > 0 ? wrong : found([DEAR]);
        });
        for (const error of errors) context.reportError(error);
        // Nothing of the document is left to look at.
        return null;
      },
    },
  });
}

/** These errors are the caller's, and where in the parser they arose is told to nobody; making the text of a stack costs more than all else. */
function withoutStacks<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
