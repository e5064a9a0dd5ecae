/** Runs the built `gen` in real processes. @module */
import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const bin = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'packages', 'cli', 'bin', 'gen.js')

/** How a process ended, and all that it printed. */
export interface Outcome {
  code: number | null
  text: string
}

/** A command line in a folder; `watch` may act on the process while it prints. */
export type Gen = (words: string[], watch?: (text: string, child: ChildProcess) => void) => Promise<Outcome>

/** `gen` in the folder `home`. */
export function genIn(home: string): Gen {
  return (words, watch) =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [bin, ...words], { cwd: home, env: { ...process.env, NO_COLOR: '1' } })
      let text = ''
      const hear = (chunk: Buffer) => {
        text += chunk.toString()
        watch?.(text, child)
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.on('close', (code) => resolve({ code, text }))
    })
}
