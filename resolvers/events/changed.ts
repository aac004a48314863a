import type { Context } from '../../src/context/index.ts';
import type { ResolversParentTypes } from '../../src/generated/graphql.ts';
import type { Reportable } from '../shared/report.ts';

type Model = ResolversParentTypes['Event'];
type Thing = ResolversParentTypes['Node'] & Reportable;
type Read = (model: Model, id: string, context: Context) => Promise<Thing | null>;

const client: Read = ({ event: { system } }, id, { clients }) => clients.byRef({ system, id });

const plan: Read = async (model, _, { events, plans }) => {
  const ref = events.planRef(model);
  return ref === null ? null : plans.byRef(ref);
};

/** What stands below a client is read through the first one that the event names and the caller may see. */
const below =
  (read: (clientId: string, id: string, context: Context) => Promise<Thing | null>): Read =>
  async (model, id, context) => {
    const owner = await context.events.clientRef(model);
    return owner?.system === 'DYNAMIC_PLANNER' ? read(owner.id, id, context) : null;
  };

const RESULT = {
  typename: 'ProfilingResult',
  read: below((clientId, id, { profiling }) => profiling.result(clientId, id)),
};
const CLIENT = { typename: 'Client', read: client };
const PLAN = { typename: 'Plan', read: plan };

/** By the kind of thing, in the platforms' words (designed, unverified). A valuation is a plan's. */
const KINDS: Readonly<Record<string, { readonly typename: string; readonly read: Read }>> = {
  client: CLIENT,
  account: CLIENT,
  plan: PLAN,
  finance: PLAN,
  valuation: PLAN,
  result: RESULT,
  results: RESULT,
  document: {
    typename: 'Document',
    read: below((clientId, id, { documents }) => documents.get(clientId, id)),
  },
  relationship: {
    typename: 'Relationship',
    read: below((clientId, id, { relationships }) => relationships.get(clientId, id)),
  },
};

/** The thing that an event is about, as it is now; null where the graph has none such, or the caller may not see it. */
export async function changed(model: Model, context: Context): Promise<Thing | null> {
  const { resource } = model.event;
  const kind = resource !== null && Object.hasOwn(KINDS, resource.type) ? KINDS[resource.type] : undefined;
  if (resource === null || kind === undefined) return null;
  const thing = await kind.read(model, resource.id, context);
  return thing === null ? null : Object.assign({ ...thing }, { __typename: kind.typename });
}
