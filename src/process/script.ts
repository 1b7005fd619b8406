import type { ResultPromise, TemplateExpression } from 'execa'
import { NetrigError } from '../base/errors.js'
import { execCommand } from './exec.js'
import type { ExecOptions, NoOptions } from './options.js'
import { placeAbove } from './place.js'
import type { ProgramSite } from './site.js'
import { isEmptyTemplate, isTemplate } from './template.js'

/** A host's `$`: a command as a template, or options for one. */
export interface Script<O extends ExecOptions = NoOptions> {
  (templates: TemplateStringsArray, ...expressions: readonly TemplateExpression[]): ResultPromise<O>
  <New extends ExecOptions>(options: New): Script<O & New>
}

/** Later options replace earlier ones, but environments are joined. */
function merge(before: ExecOptions, after: ExecOptions): ExecOptions {
  const env = before.env === undefined ? after.env : { ...before.env, ...after.env }
  return { ...before, ...after, ...(env === undefined ? {} : { env }) }
}

/**
 * Makes a host's `$`, which is execa's: values are one argument each, however they look; arrays are
 * several; stdin is that of this process unless told otherwise; programs of node_modules are found.
 * It has no synchronous form.
 */
export function scriptOf<O extends ExecOptions = NoOptions>(
  site: ProgramSite,
  bound: ExecOptions = {},
): Script<O> {
  const script = (first: unknown, ...expressions: TemplateExpression[]): unknown => {
    if (!isTemplate(first)) {
      if (typeof first === 'object' && first !== null) return scriptOf(site, merge(bound, first))
      throw misuse('is a template, or is given options: host.$`ls`, host.$({ cwd })`ls`')
    }
    if (isEmptyTemplate(first, expressions)) throw misuse('is given an empty command')
    const place = placeAbove(script)
    return execCommand(site, { templates: first, expressions }, bound, 'host.$', place)
  }
  return script as Script<O>
}

function misuse(what: string): NetrigError {
  return new NetrigError('INVALID_OPTION', `host.$ ${what}.`, { operation: 'host.$' })
}
