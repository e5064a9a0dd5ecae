/** Other runtimes than the one that runs the tests: those on the path, or what npm has of them. */
import { execFileSync } from 'node:child_process'

/** How each prints where its program lies, and the package of npm that has it. */
const runtimes = {
  'Node 20': { program: 'node', package: 'node@20', print: ['--print', 'process.execPath'] },
  'Node 22': { program: 'node', package: 'node@22', print: ['--print', 'process.execPath'] },
  'Node 24': { program: 'node', package: 'node@24', print: ['--print', 'process.execPath'] },
  Deno: { program: 'deno', package: 'deno', print: ['eval', 'console.log(Deno.execPath())'] },
  Bun: { program: 'bun', package: 'bun', print: ['--eval', 'console.log(process.execPath)'] },
} as const

export type RuntimeName = keyof typeof runtimes

function printed(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

/** The path of a runtime's program, or `undefined` where neither the path nor npm has it. */
export function runtime(name: RuntimeName): string | undefined {
  const { program, package: from, print } = runtimes[name]
  if (name === `Node ${process.versions.node.split('.')[0]}`) return process.execPath
  // Any Node may be on the path; the others come in one line of versions.
  const onPath = program === 'node' ? undefined : printed(program, print)
  return onPath ?? printed('npx', ['--yes', '--prefer-offline', '--fetch-retries=0', '-p', from, program, ...print])
}
