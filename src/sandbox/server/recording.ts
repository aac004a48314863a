const KEPT = 100_000;
const SLACK = 20_000;

/** The newest of what was recorded, oldest first. Trimmed in blocks, so that recording stays cheap. */
export class Recording<T> {
  readonly entries: T[] = [];

  add(entry: T): void {
    if (this.entries.length >= KEPT + SLACK) this.entries.splice(0, SLACK);
    this.entries.push(entry);
  }

  clear(): void {
    this.entries.length = 0;
  }
}
