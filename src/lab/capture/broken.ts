import { NetrigError } from '../../base/errors.js'

/** The error for a file that could not be written to its end. */
export function brokenCapture(operation: string, path: string, errno: string): NetrigError {
  return new NetrigError(
    'CAPTURE_FAILED',
    `${operation}: '${path}' could not be written to its end (${errno}). What is in it is whole.`,
    {
      operation,
      object: path,
      errno,
      hint: errno === 'ENOSPC' ? 'the disk is full; give captures a maxSize' : undefined,
    },
  )
}
