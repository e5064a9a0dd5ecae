/**
 * Compiles `assembly/` into `wasm/simd.wasm` (plain memory), `wasm/simd-threads.wasm` (shared memory, atomics), and both
 * with relaxed SIMD, whose multiply-and-add is one instruction; or into another folder: `node scripts/build-wasm.mjs
 * <folder>`, and of the six only those that are named after it. Without a folder it writes the version too that both sides carry.
 */
import { mkdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import binaryen from 'assemblyscript/binaryen'
import { Transform } from 'assemblyscript/transform'
import { writeVersion } from './program-version.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = resolve(process.argv[2] ?? join(root, 'wasm'))
mkdirSync(folder, { recursive: true })

// Memory is made by JavaScript, so that workers share it. The first 16 KiB hold the control block and the arguments
// of kernels (src/shared/layout.ts); constants of the program follow.
const common = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--noExportMemory', '--exportTable']
const layout = ['--memoryBase', '16384', '--maximumMemory', '65536', '--baseDir', root]
const plain = ['--initialMemory', '1', '--enable', 'simd']
const threads = [...plain, '--sharedMemory', '--enable', 'threads']
const relaxed = ['--enable', 'relaxed-simd']
const wide = ['--use', 'GEN_WIDE=1']
const builds = {
  simd: plain,
  'simd-threads': threads,
  'simd-relaxed': [...plain, ...relaxed],
  'simd-threads-relaxed': [...threads, ...relaxed],
  'simd-wide': [...plain, ...relaxed, ...wide],
  'simd-threads-wide': [...threads, ...relaxed, ...wide],
}

/**
 * Lets the optimizer write `load(p + 96)` as one instruction with an offset instead of an addition and a load. An addition
 * wraps at 4 GiB and an offset does not, so the two differ where p + 96 wraps into the first kilobyte; nothing lies there
 * (src/shared/layout.ts).
 */
class FoldOffsets extends Transform {
  afterCompile() {
    binaryen.setLowMemoryUnused(true)
  }
}

// What is built elsewhere is for comparison.
if (process.argv[2] === undefined) writeVersion()

const wanted = process.argv.slice(3).filter((word) => word !== '--debug')
/** Names of functions in the file, for who reads traces. */
const debug = process.argv.includes('--debug') ? ['--debug'] : []

for (const [name, features] of Object.entries(builds)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const file = relative(root, join(folder, `${name}.wasm`))
  const narrow = features.includes('GEN_WIDE=1') ? [] : ['--use', 'GEN_WIDE=0']
  const options = ['assembly/index.ts', '-o', file, ...common, ...layout, ...features, ...narrow, ...debug]
  const { error, stderr } = await asc.main(options, { transforms: [new FoldOffsets()] })
  const messages = stderr.toString()
  if (messages) process.stderr.write(messages)
  if (error) process.exit(1)
  console.log(`${file}: ${statSync(join(root, file)).size} bytes`)
}
