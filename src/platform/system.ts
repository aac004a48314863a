/** The two platforms, as the graph names them. */
export type System = 'DYNAMIC_PLANNER' | 'PLANNR';

/** The platforms in the order in which the graph lists them. */
export const SYSTEMS: readonly System[] = ['DYNAMIC_PLANNER', 'PLANNR'];

/** The platforms' names for messages. */
export const SYSTEM_NAMES: Record<System, string> = { DYNAMIC_PLANNER: 'Dynamic Planner', PLANNR: 'Plannr' };
