/** Dynamic Planner's items as they travel. Field names are designed, unverified: the platform does not publish them. */

export interface DpAddress {
  type: string;
  line1: string;
  line2: string | null;
  town: string;
  county: string | null;
  postcode: string;
  country: string;
  isPrimary: boolean;
}

export interface DpClient {
  id: string;
  title?: string | null;
  firstName: string;
  middleNames?: string | null;
  lastName: string;
  /** `YYYY-MM-DD`. */
  dateOfBirth: string;
  gender?: string | null;
  status?: string | null;
  organisationUnitId: string;
  adviserId?: string | null;
  addresses?: DpAddress[] | null;
  phones?: { type: string; number: string; isPrimary: boolean }[] | null;
  emails?: { type: string; address: string; isPrimary: boolean }[] | null;
  createdAt: string;
  updatedAt: string;
}

export interface DpRelationship {
  id: string;
  type: string;
  clientIds: string[];
  startedOn?: string | null;
  updatedAt: string;
}

export interface DpSelfRelationship {
  id: string;
  clientId: string;
}

export interface DpOrganisationUnit {
  id: string;
  name: string;
  parentId: string | null;
}

export interface DpEmployee {
  id: string;
  firstName: string;
  lastName: string;
  email?: string | null;
  role?: string | null;
  organisationUnitIds: string[];
  licences?: { product: string; active: boolean; expiresOn: string | null }[] | null;
}

export interface DpDocument {
  id: string;
  clientId: string;
  name: string;
  type?: string | null;
  contentType: string;
  sizeBytes: number;
  createdAt: string;
  createdBy: string | null;
}

export interface DpOwner {
  clientId: string;
  /** Percent, 0 to 100; absent or null where nobody entered it. */
  percentage?: number | null;
}

export interface DpPayment {
  /** Pounds (or the finance's currency) with pence. */
  amount: number;
  frequency: string;
}

export interface DpHolding {
  isin: string;
  name: string;
  units: number;
  price: number;
  value: number;
  percentage: number;
}

export interface DpLatestValuation {
  id: string;
  valuedOn: string;
  value: number;
}

/** One entry of the combined collection; which fields it has depends on its type. All amounts are pounds with pence. */
export interface DpFinance {
  id: string;
  /** investment, pension, income, expenditure, asset, liability, protection; others must be expected. */
  type: string;
  subType?: string | null;
  name: string;
  owners: DpOwner[];
  currency?: string | null;
  reference?: string | null;
  provider?: { id: string; name: string } | null;
  status?: string | null;
  openedOn?: string | null;
  growthMethod?: string | null;
  contractReference?: string | null;
  characteristics?: { name: string; value: string | number | boolean | null }[] | null;
  amount?: number;
  frequency?: string;
  startsOn?: string | null;
  endsOn?: string | null;
  isGross?: boolean;
  value?: number;
  valuedOn?: string | null;
  outstandingBalance?: number;
  interestRate?: number | null;
  payment?: DpPayment | null;
  sumAssured?: number;
  premium?: DpPayment | null;
  /** Sent only when asked for, like the next three. */
  latestHistoricalValuation?: DpLatestValuation | null;
  cashflows?: {
    id: string;
    kind: string;
    amount: number;
    frequency: string;
    startsOn: string;
    endsOn: string | null;
  }[];
  holdings?: DpHolding[];
  transactions?: { id: string; kind: string; tradedOn: string; amount: number; isin: string; units: number }[];
  updatedAt?: string;
}

export interface DpValuation {
  id: string;
  financeId: string;
  valuedOn: string;
  value: number;
}

export interface DpTrackedPlan {
  id: string;
  type: string;
  name: string;
  reference: string | null;
  provider: { id: string; name: string } | null;
  owners: DpOwner[];
  latestValuation: { valuedOn: string; value: number } | null;
  riskLevel: { level: string; framework: string; calculatedOn: string } | null;
  holdings: { isin: string; name: string; value: number; percentage: number; riskLevel: string }[];
}

export interface DpProfilingResult {
  id: string;
  clientId: string;
  questionnaireId: string;
  framework: string;
  completedOn: string;
  status: string;
  /** `RL1` to `RL10`. */
  riskLevel: string | null;
  riskLevelName: string | null;
  factors: readonly { id: string; name: string; dimension: string; score: number }[];
  responses: readonly { questionId: string; answerId: string; value: number }[];
  sustainability: { preference: string; strength: string } | null;
  lossesAndGains: { worstYear: number; averageYear: number; bestYear: number } | null;
}

export interface DpQuestionnaire {
  id: string;
  name: string;
  framework: string;
  version: string;
  questions: { id: string; text: string; dimension: string; answers: { id: string; text: string; value: number }[] }[];
}

export interface DpTopic {
  name: string;
  description: string;
}

export interface DpSubscription {
  id: string;
  topic: string;
  callbackUrl: string;
  hmac: { algorithm: string; secret?: string } | null;
  status: string;
}

/** An event of the history, before it is told to a subscription (which adds `subscriptionId`). */
export interface DpEvent {
  id: string;
  topic: string;
  occurredAt: string;
  organisationUnitId: string | null;
  resource: { type: string; id: string; href: string };
  data: Record<string, unknown>;
}
