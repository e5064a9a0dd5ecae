/**
 * Makes a fresh clone ready: pnpm from the npm registry, dependencies from the lockfile, a build. Needs only Node and npm.
 * `node scripts/setup.mjs <package>` builds that package and those that it needs, and no other.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const windows = process.platform === 'win32'
const { version: pnpmVersion } = /@(?<version>.+)$/.exec(
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager,
).groups
const pnpmHome = join(root, '.tools', `pnpm-${pnpmVersion}`)

/** `Path` on Windows. */
const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
/** The environment of all commands: turbo looks for `pnpm` on the path, where a fresh machine has none. */
const environment = {
  ...process.env,
  [pathName]: [join(pnpmHome, 'node_modules', '.bin'), process.env[pathName]].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
}

/** Runs a command in the repository; returns whether it succeeded. `quiet` keeps the output unless it fails. */
export function run(command, args, { quiet = false } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    shell: windows,
    stdio: quiet ? 'pipe' : 'inherit',
    env: environment,
  })
  if (result.error) console.error(`${command}: ${result.error.message}`)
  if (quiet && result.status !== 0) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
  return result.status === 0
}

/** Runs a tool of the workspace (turbo, vitest, biome …). */
export function tool(name, args, options) {
  return run(join(root, 'node_modules', '.bin', windows ? `${name}.cmd` : name), args, options)
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new Error(`Node 20.19 or newer is needed, this is ${process.versions.node}; get it from https://nodejs.org`)
}

/** The pinned pnpm, installed below `.tools` on first use. */
export function pnpm() {
  const entry = join(pnpmHome, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs')
  if (!existsSync(entry)) {
    const installed = run('npm', ['install', '--prefix', pnpmHome, '--no-audit', '--no-fund', `pnpm@${pnpmVersion}`], {
      quiet: true,
    })
    if (!installed)
      throw new Error(`pnpm ${pnpmVersion} could not be installed from the npm registry; is there a network?`)
  }
  return entry
}

/** Installs and builds, all packages or what one of them needs. Both are quick when nothing changed. */
export function setup(only) {
  checkNode()
  console.log('setup: installing dependencies')
  if (!run(process.execPath, [pnpm(), 'install', '--frozen-lockfile', '--prefer-offline'], { quiet: true })) {
    throw new Error('pnpm install failed; its output is above')
  }
  console.log('setup: building packages')
  const filter = only ? [`--filter=${only}...`] : []
  if (!tool('turbo', ['run', 'build', '--output-logs=errors-only', ...filter], { quiet: true })) {
    throw new Error('the build failed; its output is above')
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setup(process.argv[2])
  } catch (error) {
    console.error(`setup: ${error.message}`)
    process.exit(1)
  }
}
