/**
 * Compiles `assembly/` into `wasm/simd.wasm` (plain memory) and `wasm/simd-threads.wasm` (shared memory, atomics); or into
 * another folder: `node scripts/build-wasm.mjs <folder>`.
 */
import { mkdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = resolve(process.argv[2] ?? join(root, 'wasm'))
mkdirSync(folder, { recursive: true })

// Memory is made by JavaScript, so that workers share it. The first 16 KiB hold the control block and the arguments
// of kernels (assembly/layout.ts); constants of the program follow.
const common = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--noExportMemory', '--exportTable']
const layout = ['--memoryBase', '16384', '--maximumMemory', '65536', '--baseDir', root]
const builds = {
  simd: ['--initialMemory', '1', '--enable', 'simd'],
  'simd-threads': ['--initialMemory', '1', '--sharedMemory', '--enable', 'simd', '--enable', 'threads'],
}

for (const [name, features] of Object.entries(builds)) {
  const file = relative(root, join(folder, `${name}.wasm`))
  const { error, stderr } = await asc.main(['assembly/index.ts', '-o', file, ...common, ...layout, ...features])
  const messages = stderr.toString()
  if (messages) process.stderr.write(messages)
  if (error) process.exit(1)
  console.log(`${file}: ${statSync(join(root, file)).size} bytes`)
}
