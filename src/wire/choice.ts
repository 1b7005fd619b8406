import { NetrigError } from '../base/errors.js'

/** What a lab was told about its engine. */
export type EngineChoice = 'auto' | 'netem' | 'relay'

/** For a condition that is asked of an engine which lacks it. */
export function cannotDo(engine: 'netem' | 'relay', condition: string, what: string): NetrigError {
  return new NetrigError(
    'UNSUPPORTED',
    `${what}: the engine '${engine}' of this version cannot do the condition ${condition}.`,
    {
      operation: engine,
      object: what,
      hint: "leave it out, or let the lab choose: engine: 'auto'",
    },
  )
}
