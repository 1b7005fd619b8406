import { NetrigError } from '../../base/errors.js'

/** Steps of the keeper's start (native/keeper) in words. */
const STEPS: Readonly<Record<string, string>> = {
  clone: 'make a user namespace',
  map: 'write the user namespace id maps',
  idmap: 'make idmapped mounts',
  proc: 'mount /proc in a pid namespace of its own',
  tmpfs: 'mount a tmpfs',
  own: 'show the folders of root',
  keep: 'keep the working folder visible',
  private: 'make its mounts private',
  listen: "bind the lab's socket",
  start: 'start the lab in 30 s',
}

/** The error for a lab that could not begin: what was refused, and what makes it allowed. */
export function startFailure(errno: string, step: string): NetrigError {
  const what = STEPS[step] ?? `do the step '${step}'`
  if (step === 'clone' || step === 'map') {
    return new NetrigError(
      'USER_NAMESPACES_FORBIDDEN',
      `This machine does not let netrig ${what} (${errno}).`,
      {
        operation: 'lab.start',
        object: 'user namespace',
        errno,
        hint: 'run `npx netrig doctor`: it says what forbids user namespaces here (a sysctl, AppArmor, a container) and the command that allows them',
      },
    )
  }
  return new NetrigError(
    'KERNEL',
    `A lab cannot start here: netrig could not ${what} (${errno}).`,
    {
      operation: 'lab.start',
      object: step,
      errno,
      hint:
        step === 'proc'
          ? 'in Docker /proc is masked: run the container with --security-opt systempaths=unconfined; `npx netrig doctor` tells more'
          : 'run `npx netrig doctor`',
    },
  )
}
