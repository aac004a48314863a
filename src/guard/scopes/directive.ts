import {
  type ConstDirectiveNode,
  type GraphQLDirective,
  type GraphQLSchema,
  getDirectiveValues,
  isInterfaceType,
  isObjectType,
  Kind,
} from 'graphql';
import { isScope, type Scope } from './known.ts';
import { allOf, OPEN, type Requirement } from './requirement.ts';

const NAME = 'requiresScopes';

/** Something that directives stand on: a type with its extensions, or a field. */
interface Marked {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined;
  readonly extensionASTNodes?: readonly { readonly directives?: readonly ConstDirectiveNode[] }[];
}

/**
 * Where `@requiresScopes` stands in the SDL, and what it says there: `Client` (a type) or `Client.emails` (a field) → scopes.
 * @throws TypeError at the first place that is wrong: an unknown scope, an empty list, a list that is not one of lists
 */
export function scopesOf(schema: GraphQLSchema): ReadonlyMap<string, Requirement> {
  const directive = schema.getDirective(NAME);
  if (directive == null) throw new TypeError(`The schema does not declare @${NAME}.`);
  const found = new Map<string, Requirement>();
  const look = (coordinate: string, thing: Marked): void => {
    const marks = marksOn(thing);
    // The directive is not repeatable, but a type and its extensions may each carry it: then all of them hold.
    if (marks.length > 0) found.set(coordinate, allOf(...marks.map((mark) => read(directive, mark, coordinate))));
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) {
      if (marksOn(type).length > 0) throw new TypeError(`${type.name}: @${NAME} has no effect on this kind of type.`);
      continue;
    }
    look(type.name, type);
    for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field);
  }
  return found;
}

function marksOn({ astNode, extensionASTNodes = [] }: Marked): ConstDirectiveNode[] {
  return [astNode, ...extensionASTNodes].flatMap((node) =>
    (node?.directives ?? []).filter(({ name }) => name.value === NAME),
  );
}

/** Alternatives as they are written. An empty list would let everyone pass, and `["a", "b"]` would mean OR: both are refused. */
function read(directive: GraphQLDirective, mark: ConstDirectiveNode, coordinate: string): Requirement {
  const wrong = (why: string) => new TypeError(`${coordinate}: @${NAME} ${why}`);
  const written = mark.arguments?.find(({ name }) => name.value === 'scopes')?.value;
  if (written?.kind !== Kind.LIST || !written.values.every(({ kind }) => kind === Kind.LIST))
    throw wrong('takes a list of lists, [["a", "b"], ["c"]] for "a and b, or c".');
  const { scopes } = getDirectiveValues(directive, { directives: [mark] }) as {
    scopes: readonly (readonly string[])[];
  };
  if (scopes.length === 0 || scopes.some((names) => names.length === 0))
    throw wrong('has an empty list, which would let everyone pass.');
  return allOf(
    OPEN,
    scopes.map((names) => names.map((name) => known(name, wrong))),
  );
}

function known(name: string, wrong: (why: string) => TypeError): Scope {
  if (!isScope(name)) throw wrong(`names the scope "${name}", which is not known.`);
  return name;
}
