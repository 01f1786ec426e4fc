import {
  watch,
  type WatchdogDeps,
  type WatchdogFinding,
} from '../../shared/application/watchdog.ts';

/** Looks for what has stopped and tells somebody, whatever the schedule's event says. */
export function watchdogHandler(deps: WatchdogDeps) {
  return (): Promise<readonly WatchdogFinding[]> => watch(deps);
}
