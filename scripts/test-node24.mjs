/**
 * The laws of the kernels and tfjs-core's own tests on Node 24, where `@gen/backend-simd` computes with 256 bits:
 * `node scripts/test-node24.mjs` gets that Node by `npx -p node@24`, checks that V8 joins the kernels, and runs the tests. Where it
 * cannot be had, or the processor cannot, it says `SKIPPED` and why, and ends with 0. `npm test` runs it.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './setup.mjs'

/** What no engine changes. */
const same = ['--exclude', '**/wasm-build.test.ts']
const vitest = join('node_modules', 'vitest', 'vitest.mjs')
const tests = [
  'packages/backend-simd/src',
  'packages/backend/src/backends',
  'tests/src/simd-',
  'tests/src/tfjs-specs.test.ts',
]

/** Runs a file or an expression on Node 24; its exit status, and what it printed unless that goes to the console. */
function onNode24(args, stdio = 'pipe') {
  return spawnSync('npx', ['--yes', '-p', 'node@24', 'node', ...args], { cwd: root, encoding: 'utf8', stdio })
}

/** Why nothing can be tested here, or undefined. */
function obstacle() {
  if (process.arch !== 'x64') return `the processor is of type ${process.arch}`
  const { status, stdout, stderr } = onNode24(['--print', 'process.version'])
  if (status !== 0 || !stdout.startsWith('v24.')) return `npx -p node@24 gave no Node 24 (${stdout}${stderr})`.trim()
  const ask = `import('@gen/backend').then(async ({ useBackend }) => { const { build, buildReason } = await useBackend('simd'); console.log(build, buildReason ?? ''); process.exit() })`
  const start = onNode24(['--import', 'tsx', '--conditions=@gen/source', '--eval', ask])
  const noFma = /^relaxed the processor/.test(start.stdout)
  return noFma ? start.stdout.trim() : undefined
}

/** Tests, and says `passed`, `failed` or `skipped`. */
function testNode24() {
  const reason = obstacle()
  if (reason !== undefined) {
    console.log(`SKIPPED the kernels on Node 24: ${reason}`)
    return 'skipped'
  }
  const joined = onNode24([join('packages', 'backend-simd', 'scripts', 'check-wide.mjs')], 'inherit').status === 0
  const passed = onNode24([vitest, 'run', '--project', 'node', ...same, ...tests], 'inherit').status === 0
  return joined && passed ? 'passed' : 'failed'
}

const result = testNode24()
console.log(`test-node24: ${result}`)
process.exitCode = result === 'failed' ? 1 : 0
