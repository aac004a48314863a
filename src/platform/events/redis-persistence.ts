import type { Redis } from '../redis.ts';

const ADVICE =
  'For events that outlast a restart of Redis set `appendonly yes`; with `appendfsync always` a power failure takes none either, with `everysec` those of the last second or two.';

/**
 * What of Redis's settings would lose events, in words; empty where all is well. A failover may still lose what its replica did not have:
 * before Redis 7.2 nothing can wait for a replica's disk (WAITAOF), so that is for `min-replicas-to-write` to keep small.
 * @throws when Redis can't be had
 */
export async function persistenceWarnings(redis: Redis): Promise<string[]> {
  let settings: Record<string, string>;
  try {
    settings = await redis.configGet(['appendonly', 'appendfsync', 'save', 'maxmemory-policy']);
  } catch (error) {
    // A managed Redis may forbid the question; one that is gone does not answer it.
    if (!redis.isReady) throw error;
    return [`Redis does not tell whether it keeps the event log on disk. ${ADVICE}`];
  }
  const { appendonly, appendfsync, save } = settings;
  const policy = settings['maxmemory-policy'] ?? '';
  return [
    ...(appendonly === 'yes'
      ? []
      : [`Redis keeps the event log ${save ? 'on disk only now and then (snapshots)' : 'in memory only'}. ${ADVICE}`]),
    ...(appendonly === 'yes' && appendfsync === 'no'
      ? [`Redis leaves it open when the event log is on disk. ${ADVICE}`]
      : []),
    ...(policy.startsWith('allkeys-')
      ? [
          `Redis throws the event log away when memory is short (maxmemory-policy ${policy}). Set it to noeviction or to one of volatile-*.`,
        ]
      : []),
  ];
}
