/**
 * Checks that V8 joins the pairs of vectors of the 256-bit builds (assembly/wide.ts): compiles such a build with
 * `--trace-wasm-revectorize` and fails where a kernel of the list below has fewer joined operations than it had.
 *
 * `node scripts/check-wide.mjs` needs Node 24 on x64 with AVX2; elsewhere it says that it is skipped, and why. Its trace is one
 * of an experiment of V8, so the list is for one major version of Node.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/** Joined operations of each function that must be fast: pairs of stores, products, sums, loads. */
const expected = {}

/** Names of a module's functions, by index; only builds with `--debug` have them. */
function functionNames(module) {
  const bytes = new Uint8Array(WebAssembly.Module.customSections(module, 'name')[0])
  const names = new Map()
  let at = 0
  const number = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const kind = bytes[at++]
    const end = number() + at
    if (kind === 1) {
      for (let count = number(); count > 0; count--) {
        const index = number()
        const length = number()
        names.set(index, new TextDecoder().decode(bytes.subarray(at, at + length)))
        at += length
      }
    }
    at = end
  }
  return names
}

/** Of a trace, how many operations each function has that became one of 256 bits. */
function joined(trace, names) {
  const counts = new Map()
  for (const part of trace.split('Begin revec function wasm-function#').slice(1)) {
    const index = Number.parseInt(part, 10)
    const name = names.get(index)?.replace(/^.*\//, '') ?? `#${index}`
    // Several trees a function; only those that pay are joined.
    let count = 0
    for (const [, body] of part.matchAll(/Decide to vectorize, \d+ revectorizable(?: intersect)? nodes:\n?((?:.*\n)*?)(?=.*(?:Decide|Finished|Build|Enter))/g)) count += body.split('\n').length
    counts.set(name, { count, decided: part.split('Decide to vectorize').length - 1 })
  }
  return counts
}

const folder = mkdtempSync(join(tmpdir(), 'gen-wide-'))
try {
  const build = spawnSync(process.execPath, [join(here, 'build-wasm.mjs'), folder, 'simd-wide', '--debug'], { encoding: 'utf8' })
  if (build.status !== 0) throw new Error(build.stderr)
  const file = join(folder, 'simd-wide.wasm')
  const code = `new WebAssembly.Module(require('node:fs').readFileSync(${JSON.stringify(file)}))`
  const flags = ['--experimental-wasm-revectorize', '--no-liftoff', '--no-wasm-lazy-compilation', '--trace-wasm-revectorize', '--wasm-num-compilation-tasks=0']
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, '--eval', code], { encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (status !== 0) throw new Error(stderr)
  if (process.argv.includes('--raw')) process.stdout.write(stdout)
  else for (const [name, value] of joined(stdout, functionNames(new WebAssembly.Module(readFileSync(file))))) if (value.decided) console.log(name, value)
} finally {
  rmSync(folder, { recursive: true })
}
