import { NetrigError } from '../base/errors.js'
import type { LabState } from './state.js'

/**
 * @param started whether it also needs a lab that has started
 * @throws NetrigError LAB_STOPPED, LAB_NOT_STARTED, or what the lab failed with
 */
export function requireRunning(state: LabState, operation: string, started: boolean): void {
  if (state.stopped) {
    throw new NetrigError('LAB_STOPPED', `${operation}: lab '${state.name}' was stopped.`, {
      operation,
      object: state.name,
      hint: 'a stopped lab does not start again: make another one with createLab()',
    })
  }
  if (state.failure !== undefined) throw state.failure
  if (started && state.plan === undefined) {
    throw new NetrigError('LAB_NOT_STARTED', `${operation}: lab '${state.name}' has not started.`, {
      operation,
      object: state.name,
      hint: 'call `await lab.start()` first',
    })
  }
}
