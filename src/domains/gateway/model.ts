import type { System } from '../../platform/system.ts';

/** State of one platform. */
export interface PlatformModel {
  readonly system: System;
  readonly status: 'UP' | 'DOWN' | 'UNKNOWN' | 'NOT_CONFIGURED';
  readonly isSandbox: boolean;
}
