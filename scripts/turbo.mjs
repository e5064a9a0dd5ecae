/** Runs turbo as the other scripts do, with the pinned pnpm, which it needs, on its path: `npm run api -- --filter=@gen/metrics`. */
import { setup, tool } from './setup.mjs'

try {
  setup()
  if (!tool('turbo', ['run', ...process.argv.slice(2)])) process.exitCode = 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
