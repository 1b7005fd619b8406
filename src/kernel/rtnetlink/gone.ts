/** For requests about a device, a queue or a filter that may be gone: what the kernel then answers is no error. */
export const MAY_BE_GONE = { allow: ['ENODEV', 'ENOENT', 'EINVAL'] as const }
