/** Peers written in Python, each run as a process. @module */
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Row } from './experiment.ts'

/** The same from `src/` and, bundled, from `dist/`. */
const peers = join(dirname(fileURLToPath(import.meta.url)), '..', 'peers')

/**
 * Runs `peers/<script>` with a request as JSON on its standard input; each line it prints is progress, the last one its
 * result as JSON. `GEN_BENCH_PYTHON` names the Python; without it no peer runs, and the row says so.
 */
export async function runPeer(script: string, request: Row, progress: (text: string) => void): Promise<Row> {
  const python = process.env.GEN_BENCH_PYTHON
  if (!python) return { missing: 'not run: GEN_BENCH_PYTHON names no Python' }
  const child = spawn(python, [join(peers, script)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  child.stdin.end(JSON.stringify(request))
  let last = ''
  for await (const line of createInterface({ input: child.stdout })) {
    last = line
    progress(`${script}: ${line}`)
  }
  const code = await ended
  if (code !== 0) throw new Error(`${script}: expected it to end well, got exit code ${code}`)
  return JSON.parse(last) as Row
}
