import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { startProgram } from './program.ts'
import { programVersion } from './shared/version.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const own = readFileSync(path('../wasm/simd.wasm'))

/** A number of at most 31 bits as WebAssembly writes it: signed LEB128. */
const encoded = (value: number): Buffer =>
  value < 64 ? Buffer.from([value]) : Buffer.concat([Buffer.from([(value & 127) | 128]), encoded(value >>> 7)])

/** Our program as another build would have made it. */
function stale(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(own)
  const at = own.indexOf(encoded(programVersion))
  expect(at).toBeGreaterThan(0)
  bytes.set(encoded(programVersion ^ 1), at)
  return bytes
}

/** A module without anything, as programs had no version once. */
const withoutVersion = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])

it('is the hash of the sources that are there: else run scripts/build-wasm.mjs', () => {
  const print = "import('./scripts/program-version.mjs').then(({ programVersion }) => console.log(programVersion()))"
  const printed = execFileSync(process.execPath, ['--eval', print], { cwd: path('..'), encoding: 'utf8' })
  expect(Number(printed)).toBe(programVersion)
})

it('lets a program of its own version run', async () => {
  const program = await startProgram({ threads: 1, wasm: new Uint8Array(own) }, 'given')
  program.dispose()
})

it.each([
  { name: 'of another version', wasm: stale, got: (programVersion ^ 1).toString(16) },
  { name: 'without one', wasm: () => withoutVersion, got: 'none' },
])('refuses a program $name', async ({ wasm, got }) => {
  await expect(startProgram({ threads: 1, wasm: wasm() }, 'given')).rejects.toThrow(
    expect.objectContaining({
      code: 'backend',
      message: expect.stringMatching(
        new RegExp(
          `expected a program of .* ${programVersion.toString(16)}, got options.wasm of version ${got}; .*npm run build`,
        ),
      ),
    }),
  )
})
