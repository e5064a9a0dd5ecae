import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { program } from '../../generated/program.ts'
import { programVersion } from '../shared/version.ts'
import { instantiate } from './webassembly.ts'

const own = Uint8Array.from(atob(program), (letter) => letter.charCodeAt(0))

/** A number of at most 31 bits as WebAssembly writes it: signed LEB128. */
const encoded = (value: number): Buffer =>
  value < 64 ? Buffer.from([value]) : Buffer.concat([Buffer.from([(value & 127) | 128]), encoded(value >>> 7)])

/** Our program as another build would have made it. */
function stale(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(own)
  const at = Buffer.from(own).indexOf(encoded(programVersion))
  expect(at).toBeGreaterThan(0)
  bytes.set(encoded(programVersion ^ 1), at)
  return bytes
}

/** A module without anything, as programs had no version once. */
const withoutVersion = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])

it('is the hash of the sources that are there: else run scripts/build-wasm.mjs', () => {
  const print = "import('../../scripts/program-version.mjs').then((of) => console.log(of.programVersion('.')))"
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const printed = execFileSync(process.execPath, ['--eval', print], { cwd, encoding: 'utf8' })
  expect(Number(printed)).toBe(programVersion)
})

it('lets a program of its own version run', () => {
  expect(instantiate(new WebAssembly.Module(own), 8).start).toBeGreaterThan(0)
})

it.each([
  { name: 'of another version', wasm: stale, got: (programVersion ^ 1).toString(16) },
  { name: 'without one', wasm: () => withoutVersion, got: 'none' },
])('refuses a program $name', ({ wasm, got }) => {
  const module = new WebAssembly.Module(wasm())
  expect(() => instantiate(module, 8)).toThrow(
    expect.objectContaining({
      code: 'backend',
      message: `linearAlgebra: expected a WebAssembly program of this package's version, ${programVersion.toString(16)}, got one of version ${got}; install @gen/linear-algebra anew, in a clone run npm run build`,
    }),
  )
})
