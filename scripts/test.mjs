/** `npm test`: sets up, then lints, type-checks, checks the packages and runs all tests; ends with `N passed, N failed`. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkBumps } from './check-bumps.mjs'
import { root, run, setup, tool } from './setup.mjs'

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium'
const tally = { passed: 0, failed: 0, skipped: 0 }

/** One check of the tree, counted as one test. */
function check(name, holds) {
  const started = Date.now()
  const passed = holds()
  tally[passed ? 'passed' : 'failed']++
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
}

/** Runs a vitest project and adds its counts; a run without a report is a failure, never a silence. */
function vitest(project) {
  const report = join(mkdtempSync(join(tmpdir(), 'gen-test-')), 'report.json')
  const succeeded = tool('vitest', [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ])
  if (!existsSync(report)) {
    tally.failed++
    console.error(`FAILED tests (${project}): vitest wrote no report`)
    return
  }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length
  tally.passed += numPassedTests
  tally.failed += numFailedTests + brokenFiles
  tally.skipped += numPendingTests + numTodoTests
  if (!succeeded && numFailedTests + brokenFiles === 0) tally.failed++
}

/** Runs the kernels on Node 24 beside what comes next; tells what became of it, and then what it printed. */
function startNode24() {
  const log = join(mkdtempSync(join(tmpdir(), 'gen-test-')), 'node24.log')
  const out = openSync(log, 'w')
  const child = spawn(process.execPath, [join('scripts', 'test-node24.mjs')], {
    cwd: root,
    stdio: ['ignore', out, out],
  })
  return new Promise((resolve) => {
    child.once('close', () => {
      const printed = readFileSync(log, 'utf8')
      const [, result = 'failed'] = /^test-node24: (\w+)$/m.exec(printed) ?? []
      resolve({ result, printed })
    })
  })
}

try {
  setup()
  check('format and lint (biome)', () => tool('biome', ['check', '.']))
  check('format and lint of AssemblyScript (biome)', () => run(process.execPath, [join('scripts', 'assembly.mjs')]))
  check('types (tsc)', () => tool('tsc', ['-p', 'tsconfig.json']))
  check('unused code and dependencies (knip)', () => tool('knip', ['--treat-config-hints-as-errors']))
  check('workspace manifests (sherif)', () => tool('sherif', []))
  check('published packages (publint, attw)', () =>
    tool('turbo', ['run', 'check:package', '--output-logs=errors-only'], { quiet: true }),
  )
  check('public surface (api-extractor)', () =>
    tool('turbo', ['run', 'check:api', '--output-logs=errors-only'], { quiet: true }),
  )
  check('bumps of changed surfaces (changesets)', checkBumps)
  vitest('node')
  // A page tests in one thread most of the time, and leaves the other core free.
  const node24 = startNode24()
  if (existsSync(chromium)) {
    vitest('chromium')
    vitest('chromium-plain')
  } else {
    tally.skipped++
    console.log(`SKIPPED tests in the browser: no Chromium at ${chromium}; install it or set CHROMIUM to its path`)
  }
  const { result, printed } = await node24
  tally[result]++
  console.log(printed)
  if (result === 'failed') console.log('FAILED the kernels on Node 24')
} catch (error) {
  tally.failed++
  console.error(error.message)
}
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
process.exitCode = tally.failed > 0 || tally.passed === 0 ? 1 : 0
