/** `npm run playground`: builds the playground and serves it on this machine; `npm run playground -- --dev` while working on it. */

import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const app = join(dirname(dirname(fileURLToPath(import.meta.url))), 'apps', 'playground')
const windows = process.platform === 'win32'

function vite(...args) {
  const { status } = spawnSync(join(app, 'node_modules', '.bin', windows ? 'vite.cmd' : 'vite'), args, {
    cwd: app,
    shell: windows,
    stdio: 'inherit',
  })
  return status ?? 1
}

const dev = process.argv.includes('--dev')
const failed = dev ? 0 : vite('build', '--logLevel', 'warn')
process.exitCode = failed || vite(dev ? 'dev' : 'preview')
