import koffi from 'koffi'

/**
 * The C library that Node itself runs on, glibc or musl: symbols of the running process, so that no
 * library file has to be found. `long` stands for `ssize_t`, which koffi does not know, and
 * `uintptr_t` for pointers to buffers whose address does not change (see `memory.ts`).
 */
const libc = koffi.load(null)

type Pointer = bigint
type Bytes = Uint8Array

export const close = libc.func('close', 'int', ['int']) as unknown as (fd: number) => number

export const socketpair = libc.func('socketpair', 'int', [
  'int',
  'int',
  'int',
  'void *',
]) as unknown as (domain: number, type: number, protocol: number, pair: Int32Array) => number

export const send = libc.func('send', 'long', ['int', 'void *', 'size_t', 'int']) as unknown as (
  fd: number,
  bytes: Bytes,
  length: number,
  flags: number,
) => number

export const recv = libc.func('recv', 'long', ['int', 'void *', 'size_t', 'int']) as unknown as (
  fd: number,
  into: Bytes,
  length: number,
  flags: number,
) => number

export const sendmsg = libc.func('sendmsg', 'long', ['int', 'uintptr_t', 'int']) as unknown as (
  fd: number,
  header: Pointer,
  flags: number,
) => number

export const recvmsg = libc.func('recvmsg', 'long', ['int', 'uintptr_t', 'int']) as unknown as (
  fd: number,
  header: Pointer,
  flags: number,
) => number

export const setsockopt = libc.func('setsockopt', 'int', [
  'int',
  'int',
  'int',
  'void *',
  'uint32_t',
]) as unknown as (
  fd: number,
  level: number,
  option: number,
  value: Int32Array,
  length: number,
) => number

export const getsockopt = libc.func('getsockopt', 'int', [
  'int',
  'int',
  'int',
  'void *',
  'void *',
]) as unknown as (
  fd: number,
  level: number,
  option: number,
  value: Int32Array,
  length: Uint32Array,
) => number

/** errno of the last call on this thread: read it before anything else runs. */
export const lastErrno = (): number => koffi.errno()

/** Where the bytes of a buffer lie. Valid while the buffer is referenced. */
export const addressOf = (bytes: Bytes): Pointer => koffi.address(bytes)

/** Variadic in C; on x86-64 and arm64 Linux an integer third argument travels as if it were named. */
export const fcntl = libc.func('fcntl', 'int', ['int', 'int', 'long']) as unknown as (
  fd: number,
  command: number,
  argument: number,
) => number

/** Variadic, as fcntl. */
export const ioctl = libc.func('ioctl', 'int', ['int', 'unsigned long', 'long']) as unknown as (
  fd: number,
  request: number,
  argument: number,
) => number
