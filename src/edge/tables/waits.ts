/** How long tables wait, in milliseconds, where not as long as usual. */
export interface TableWaits {
  /** Before a page is asked for once more that a platform failed at: 1, 4 and 16 seconds as usual. */
  readonly patienceMs?: readonly number[];
  /** For a reader who takes nothing: two minutes as usual. */
  readonly stalledMs?: number;
}
