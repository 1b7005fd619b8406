#!/usr/bin/env node
import { cli } from './cli.js'

// `netrig ps | head` closes the pipe early: that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const { stderr } = process
const live = {
  write: (text: string) => stderr.write(text),
  // A terminal may not know its width, and says 0.
  columns: () => stderr.columns || 80,
}

process.exitCode = await cli(process.argv.slice(2), {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  live: stderr.isTTY ? live : undefined,
  cwd: process.cwd(),
  die: (signal) => process.kill(process.pid, signal),
})
