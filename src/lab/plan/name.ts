import { NetrigError } from '../../base/errors.js'

/** A label of a domain name: RFC 1035 section 2.3.4 for the length, RFC 1123 section 2.1 for the rest. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * What inet_aton(3) reads as an address: getaddrinfo('10') answers 0.0.0.10 and never looks for a
 * host of that name.
 */
const READ_AS_ADDRESS = /^(?:\d+|0x[0-9a-f]*)$/

const RULE =
  "1 to 63 of the characters a-z, 0-9 and '-', with no '-' first or last (as in a domain name)"

/**
 * Checks the name of a host, router or switch: it becomes a hostname, a line of /etc/hosts and a
 * word in URLs.
 *
 * @param operation as the error names it, e.g. `lab.host`
 * @throws NetrigError INVALID_NAME
 */
export function validateName(name: unknown, operation: string): asserts name is string {
  if (typeof name !== 'string') {
    throw invalid(`a name is a text, not ${name == null ? name : `a ${typeof name}`}`)
  }
  if (name === '') throw invalid('the name is empty')
  if (name.length > 63) {
    throw invalid(`the name '${name.slice(0, 20)}...' has ${name.length} characters`)
  }
  if (!LABEL.test(name)) {
    const meant = name
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '')
    const usable = LABEL.test(meant) && !READ_AS_ADDRESS.test(meant) && meant !== 'localhost'
    throw invalid(`'${name}' is not a name`, usable ? `did you mean '${meant}'?` : undefined)
  }
  if (READ_AS_ADDRESS.test(name)) {
    throw invalid(
      `'${name}' is a number, which programs take for an address`,
      `put a letter into it, e.g. 'n${name}'`,
    )
  }
  if (name === 'localhost') throw invalid("'localhost' is every host's name for itself")

  function invalid(problem: string, hint?: string): NetrigError {
    return new NetrigError('INVALID_NAME', `${operation}: ${problem}: write ${RULE}.`, {
      operation,
      object: typeof name === 'string' ? name.slice(0, 63) : undefined,
      hint,
    })
  }
}
