/** What an operation selects, as schema coordinates (`Plan.latestValuation`), whatever the depth. */
export interface Selection {
  /** Whether any of these coordinates is selected somewhere in the operation. */
  has(...coordinates: string[]): boolean;
}
