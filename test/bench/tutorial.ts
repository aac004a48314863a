import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { DynamicPlannerApi } from './tutorial/dynamic-planner.ts';
import { readLinks } from './tutorial/links.ts';
import { PlannrApi } from './tutorial/plannr.ts';
import { resolvers, type TutorialContext } from './tutorial/resolvers.ts';
import { typeDefs } from './tutorial/schema.ts';
import { offerSubject } from './vitals.ts';

// What the gateway is measured against: Apollo Server as its tutorial has it, with data sources over `fetch` and a DataLoader for each
// resource. It does what many gateways do, and does it reasonably: pages at their cap, batches at theirs, and nobody read twice who came
// with the list.

offerSubject(async () => {
  const links = await readLinks();
  const server = new ApolloServer<TutorialContext>({ typeDefs, resolvers });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async () => ({
      links,
      dataSources: { dynamicPlanner: new DynamicPlannerApi(), plannr: new PlannrApi() },
    }),
  });
  return url;
});
