import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

it('is built byte for byte the same again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gen-wasm-'))
  try {
    execFileSync(process.execPath, [path('../scripts/build-wasm.mjs'), folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    for (const name of ['simd.wasm', 'simd-threads.wasm']) {
      expect(readFileSync(join(folder, name)).equals(readFileSync(path(`../wasm/${name}`)))).toBe(true)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 240_000)

it('is refused, with the reason, by an engine without SIMD', () => {
  const code = `
    import { startProgram } from ${JSON.stringify(path('./program.ts'))}
    const refusal = await startProgram({ threads: 1 }).then(() => 'it ran', ({ code, message }) => code + ': ' + message)
    console.log(refusal)`
  // V8 has SIMD only where the processor has SSE 4.1, or seems to.
  const flags = ['--no-enable-sse4-1', '--no-enable-ssse3', '--no-enable-sse4-2', '--no-enable-avx', '--no-enable-avx2']
  const options = { encoding: 'utf8', cwd: path('..') } as const
  const args = [...flags, '--import', 'tsx', '--conditions=@gen/source', '--input-type=module', '--eval', code]
  expect(execFileSync(process.execPath, args, options)).toMatch(/^backend: .*it needs WebAssembly SIMD/)
}, 60_000)
