/**
 * Checks that V8 joins the pairs of vectors of the 256-bit builds (assembly/wide.ts): compiles one with
 * `--trace-wasm-revectorize`, and fails where a function of the list below has fewer joined operations than it had.
 *
 * `node scripts/check-wide.mjs` needs Node 24 on x64 with AVX2 (`npx -p node@24 node scripts/check-wide.mjs`); elsewhere it says
 * that nothing was checked, and why, and ends with 0. `--all` prints all functions.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/** Joined operations (pairs of loads, products, sums, loop variables, stores) of the functions that must be fast. */
const expected = {
  'adam-w/adamW': 58,
  'attention-weights/exponentiate': 51,
  'batch-norm/batchNormGradRows': 39,
  'batch-norm-sums/batchNormGradSums': 39,
  'batch-norm/batchNormRows': 25,
  'binary/addF32': 22,
  'binary/mulF32': 22,
  'gemm-tiles-wide/directTiles16': 348,
  'gemm-tiles-wide/packedTiles16': 284,
  'group-norm/groupNorm': 102,
  'group-norm/groupNormGrad': 92,
  'group-norm/sumGradients': 76,
  'lerp/lerpF32': 13,
  'panels-wide/multiply16': 186,
  'panels-wide/sumFour': 72,
  'panels-wide/sumSix': 106,
  'silu-kernels/siluF32': 42,
  'silu-kernels/siluGradF32': 50,
  'unary/expF32': 61,
  'unary/sigmoidF32': 79,
  'unary/tanhF32': 116,
  'winograd-tiles-wide/gradientTransformWide': 142,
  'winograd-tiles-wide/inputTransformWide': 404,
  'winograd-tiles-wide/outputTransformWide': 262,
}

/** What V8 says while it compiles a 256-bit build with names of functions. */
function trace() {
  const folder = mkdtempSync(join(tmpdir(), 'gen-wide-'))
  try {
    run([join(here, 'build-wasm.mjs'), folder, 'simd-wide', '--debug'])
    const file = JSON.stringify(join(folder, 'simd-wide.wasm'))
    const flags = ['--experimental-wasm-revectorize', '--trace-wasm-revectorize']
    // In this thread and at once, so that the lines of two functions do not mix.
    const order = ['--no-liftoff', '--no-wasm-lazy-compilation', '--wasm-num-compilation-tasks=0']
    return run([...flags, ...order, '--eval', `new WebAssembly.Module(require('node:fs').readFileSync(${file}))`])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function run(args) {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (status !== 0) throw new Error(`node ${args[0]} …: ${stderr}`)
  return stdout
}

/** Joined operations by function. */
function joined(text) {
  const functions = text.split('Begin revec function assembly/').slice(1)
  const count = (part) =>
    [...part.matchAll(/Decide to vectorize, (\d+) revectorizable nodes/g)].reduce(
      (sum, match) => sum + Number(match[1]),
      0,
    )
  return new Map(functions.map((part) => [part.slice(0, part.indexOf('\n')), count(part)]))
}

if (!process.versions.v8.startsWith('13.') || process.arch !== 'x64') {
  console.log(`check-wide: nothing checked: V8 ${process.versions.v8} on ${process.arch}; it needs Node 24 on x64`)
} else {
  const counts = joined(trace())
  if (process.argv.includes('--all')) console.log(Object.fromEntries([...counts].filter(([, count]) => count > 0)))
  const fewer = Object.entries(expected).filter(([name, least]) => (counts.get(name) ?? 0) < least)
  for (const [name, least] of fewer) {
    console.error(`check-wide: expected ${least} joined operations in ${name}, got ${counts.get(name) ?? 0}`)
  }
  if (fewer.length === 0) console.log(`check-wide: ${Object.keys(expected).length} functions are joined`)
  process.exitCode = fewer.length === 0 ? 0 : 1
}
