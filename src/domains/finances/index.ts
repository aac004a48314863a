import { globalId } from '../../platform/relay/ids.ts';
import { idTypeOf, type WrittenFinance } from './model.ts';

export { write } from './write.ts';

/** Dynamic Planner's finances of all types, as they are written; what is a plan is read as one. */
export function open() {
  return {
    globalId: ({ type, id }: WrittenFinance): string => globalId(idTypeOf(type), 'DYNAMIC_PLANNER', id),
    isPlan: ({ type }: WrittenFinance): boolean => idTypeOf(type) === 'Plan',
  };
}
