import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

// One compiler makes all programs alike, and takes 10 s and more for each; this one has every step that the others have.
it('a program is built byte for byte the same again', () => {
  const name = 'simd-threads-wide'
  const folder = mkdtempSync(join(tmpdir(), 'gen-wasm-'))
  try {
    execFileSync(process.execPath, [path('../scripts/build-wasm.mjs'), folder, name], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    expect(readFileSync(join(folder, `${name}.wasm`)).equals(readFileSync(path(`../wasm/${name}.wasm`)))).toBe(true)
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 600_000)
