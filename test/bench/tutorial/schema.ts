/** The tutorial's graph: what the Book query asks for, and a little more than nothing besides. */
export const typeDefs = `#graphql
  type Query {
    clients(first: Int!): ClientConnection!
  }

  type ClientConnection {
    totalCount: Int!
    pageInfo: PageInfo!
    nodes: [Client!]!
  }

  type PageInfo {
    hasNextPage: Boolean!
    endCursor: String
  }

  type Client {
    id: ID!
    displayName: String!
    adviser: Employee
    organisationUnit: OrganisationUnit
    relationships: [Relationship!]
    plans: PlanConnection
    riskLevel: RiskLevel
  }

  type Employee {
    displayName: String!
  }

  type OrganisationUnit {
    name: String!
  }

  type Relationship {
    type: String!
    client: Client
  }

  type PlanConnection {
    nodes: [Plan!]!
  }

  type Plan {
    id: ID!
    name: String
    type: String!
    policyNumber: String
    owners: [PlanOwner!]!
    latestValuation: Valuation
  }

  type PlanOwner {
    percentage: Float!
    client: Client
  }

  type Valuation {
    valuedOn: String!
    value: Money!
    system: String!
  }

  type Money {
    pence: Float!
    decimal: String!
    currency: String!
  }

  type RiskLevel {
    level: Int!
    label: String!
  }
`;
