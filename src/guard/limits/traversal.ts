import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { type CollectNeeds, collectFields } from './collect.ts';
import { type Figures, most, NOTHING, sum, times, together } from './figures.ts';
import { type InputPrice, inputCost } from './input-prices.ts';
import { entriesOf } from './list-size.ts';
import { ASSUMED_SIZE, type FieldPrice, type PriceList } from './prices.ts';
import { readValue, type Variables, variablesOf } from './values.ts';

/** Selections and values that are looked at before measuring is given up. */
const MAX_STEPS = 100_000;

/** Levels of fields before measuring is given up. */
const MAX_LEVELS = 500;

/** Measuring would take too long. */
export class TooMuch extends Error {}

/** The size that a field hands to the lists below it. */
interface Sized {
  readonly fields: ReadonlySet<string>;
  readonly entries: number;
}

/** Walks through an operation, each group of fields once for each type. */
export class Traversal {
  readonly #prices: PriceList;
  readonly #needs: CollectNeeds;
  readonly #variables: Variables;
  readonly #ids = new Map<FieldNode, number>();
  readonly #known = new Map<string, Figures>();
  #steps = 0;

  constructor(
    prices: PriceList,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ) {
    this.#prices = prices;
    this.#variables = variablesOf(operation, variables);
    this.#needs = {
      fragments: new Map(document.definitions.filter(isFragment).map((fragment) => [fragment.name.value, fragment])),
      variables: this.#variables,
      applies: (condition, type) => prices.objects(condition).includes(type),
      step: () => this.#step(),
    };
  }

  fieldsOf(type: string, sets: readonly SelectionSetNode[]): ReadonlyMap<string, readonly FieldNode[]> {
    return collectFields(this.#needs, type, sets);
  }

  /** One field of an object, with everything below it. @param nodes those of one response key @param sized by the field above */
  field(type: string, nodes: readonly FieldNode[], sized: Sized | undefined, level: number): Figures {
    const [first] = nodes;
    const price = first === undefined ? undefined : this.#prices.field(type, first.name.value);
    if (first === undefined || price === undefined) return NOTHING;
    if (level > MAX_LEVELS) throw new TooMuch();
    const name = first.name.value;
    const own = this.#entries(price, first);
    const inherited = sized?.fields.has(name) === true ? sized.entries : undefined;
    const hands = (price.listSize?.sizedFields.size ?? 0) > 0;
    const below =
      hands && own !== undefined ? { fields: price.listSize?.sizedFields ?? new Set(), entries: own } : undefined;
    const item = this.#item(type, price, nodes, below, level);
    const entries = price.lists === 0 ? 1 : (inherited ?? (hands ? undefined : own) ?? ASSUMED_SIZE);
    const inner = price.lists > 1 ? ASSUMED_SIZE ** (price.lists - 1) : 1;
    return {
      // The same field from several places runs once, and never costs less than nothing.
      cost: sum(
        nodes.reduce((most, node) => Math.max(most, this.#raw(price, node)), 0),
        times(item.cost, entries, inner),
      ),
      depth: name.startsWith('__') ? 1 : item.depth + 1,
      aliases: sum(item.aliases, first.alias !== undefined && first.alias.value !== name ? 1 : 0),
    };
  }

  /** One entry of what a field gives: its type's weight and its fields, for the dearest of the possible types. */
  #item(
    type: string,
    price: FieldPrice,
    nodes: readonly FieldNode[],
    below: Sized | undefined,
    level: number,
  ): Figures {
    const objects = this.#prices.objects(price.returns);
    if (objects.length === 0) return { ...NOTHING, cost: this.#prices.weight(price.returns) };
    const key = `${type} ${nodes.map((node) => this.#idOf(node)).join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const figures = objects.map((object) => {
      const fields = [...this.fieldsOf(object, sets).values()].map((group) =>
        this.field(object, group, below, level + 1),
      );
      const { cost, ...rest } = together(fields);
      return { ...rest, cost: sum(this.#prices.weight(object), cost) };
    });
    const dearest = most(figures);
    this.#known.set(key, dearest);
    return dearest;
  }

  /** What resolving a field costs: its weight, its arguments' and its directives' (section 5.3.2.2). It may be below 0. */
  #raw(price: FieldPrice, node: FieldNode): number {
    const directives = (node.directives ?? []).map((directive) => {
      const args = this.#prices.directive(directive.name.value);
      return args === undefined ? 0 : this.#arguments(args, directive);
    });
    return price.weight + this.#arguments(price.args, node) + directives.reduce((a, b) => a + b, 0);
  }

  #arguments(prices: ReadonlyMap<string, InputPrice>, { arguments: given }: Pick<FieldNode, 'arguments'>): number {
    return (given ?? []).reduce((cost, { name, value }) => {
      const price = prices.get(name.value);
      const isFree = price === undefined || (price.weight === 0 && price.fields === undefined);
      return isFree ? cost : cost + inputCost(price, readValue(value, this.#variables), this.#needs.step);
    }, 0);
  }

  #entries({ listSize }: FieldPrice, node: FieldNode): number | undefined {
    if (listSize === undefined) return undefined;
    return entriesOf(listSize, (path) => {
      const [name, ...inner] = path.split('.');
      const argument = node.arguments?.find((given) => given.name.value === name);
      return inner.reduce(within, readValue(argument?.value, this.#variables));
    });
  }

  #idOf(node: FieldNode): number {
    this.#step();
    const id = this.#ids.get(node) ?? this.#ids.size;
    this.#ids.set(node, id);
    return id;
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) throw new TooMuch();
  }
}

/** A field of an input object; undefined where there is none. */
function within(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field)
    ? Reflect.get(value, field)
    : undefined;
}

function isFragment(node: DocumentNode['definitions'][number]): node is FragmentDefinitionNode {
  return node.kind === Kind.FRAGMENT_DEFINITION;
}
