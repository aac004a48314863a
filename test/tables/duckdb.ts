import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance, type Json } from '@duckdb/node-api';
import type { Cell } from '../../src/tables/column.ts';

/** A row as DuckDB has it: decimals, 64-bit integers, dates and timestamps are text, so nothing is rounded on the way. */
export type DuckRow = Record<string, Json>;

/** A DuckDB in memory with a folder for files beside it: another program's view of what we write. */
export interface DuckDB {
  /** Writes a file of that name, in place of one that is there; gives its path, to be put into SQL between quotes. */
  file(name: string, bytes: AsyncIterable<Uint8Array>): Promise<string>;
  /** Runs one statement and reads all of its rows. Instants are in UTC. */
  rows(sql: string): Promise<DuckRow[]>;
  /** Ends it and removes its files. */
  close(): Promise<void>;
}

/** Opens a DuckDB of one's own; close it in `afterAll`. */
export async function openDuckDB(): Promise<DuckDB> {
  const folder = await mkdtemp(join(tmpdir(), 'tables-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return {
    async file(name, bytes) {
      const path = join(folder, name);
      await pipeline(bytes, createWriteStream(path));
      return path;
    },
    async rows(sql) {
      return (await connection.runAndReadAll(sql)).getRowObjectsJson();
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
      await rm(folder, { recursive: true });
    },
  };
}

/** A cell's text as it comes out of DuckDB: as UTF-8 has it; and its client for Node drops a byte order mark that a text begins with. */
export function asDuckDBTells(cell: Cell): Cell {
  return typeof cell === 'string' ? cell.toWellFormed().replace(/^\ufeff/, '') : cell;
}
