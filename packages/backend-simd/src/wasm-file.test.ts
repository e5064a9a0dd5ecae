import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { relaxedSimd } from './relaxed-simd.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

it('multiplies and adds in one instruction in the relaxed builds only', () => {
  // Opcodes 0xfd 0x105 (relaxed_madd) and, in all builds, 0xfd 0xe6 (mul).
  const count = (name: string, ...bytes: number[]) => {
    const file = readFileSync(path(`../wasm/${name}.wasm`))
    let found = 0
    for (let at = file.indexOf(Buffer.from(bytes)); at >= 0; at = file.indexOf(Buffer.from(bytes), at + 1)) found++
    return found
  }
  for (const build of ['simd', 'simd-threads']) {
    expect(count(build, 0xfd, 0x85, 0x02)).toBe(0)
    expect(count(`${build}-relaxed`, 0xfd, 0x85, 0x02)).toBeGreaterThan(0)
    expect(count(`${build}-wide`, 0xfd, 0x85, 0x02)).toBeGreaterThan(count(`${build}-relaxed`, 0xfd, 0x85, 0x02))
    expect(count(`${build}-relaxed`, 0xfd, 0xe6, 0x01)).toBeLessThan(count(build, 0xfd, 0xe6, 0x01))
  }
})

it('asks for relaxed SIMD as the engine has it', () => {
  // Every engine this project supports from Node 20 on: there behind a flag of V8, later by itself.
  expect(relaxedSimd()).toBe(true)
})

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
}, 300_000)
