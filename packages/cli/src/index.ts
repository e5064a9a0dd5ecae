/** The command line `gen`. @module */
import { GenError } from '@gen/backend'
import { type CommandDef, defineCommand, renderUsage, runCommand } from 'citty'
import pc from 'picocolors'
import { alignCommand } from './commands/align.ts'
import { densityCommand } from './commands/density.ts'
import { diagnoseCommand } from './commands/diagnose.ts'
import { editCommand } from './commands/edit.ts'
import { evalCommand } from './commands/eval.ts'
import { sampleCommand } from './commands/sample.ts'
import { trainCommand } from './commands/train.ts'
import { families } from './families/index.ts'
import { watchReader } from './reader.ts'

const train = defineCommand({
  meta: { name: 'gen train', description: 'train a model' },
  subCommands: Object.fromEntries(Object.entries(families).map(([name, family]) => [name, trainCommand(family)])),
})

const commands: Record<string, CommandDef> = {
  train: train as CommandDef,
  sample: sampleCommand,
  density: densityCommand,
  eval: evalCommand,
  diagnose: diagnoseCommand,
  align: alignCommand,
  edit: editCommand,
}

const gen = defineCommand({
  meta: { name: 'gen', description: 'train, sample and measure generative models' },
  subCommands: commands,
}) as CommandDef

/** The command that the words lead to, for its help. */
async function commandOf(words: readonly string[]): Promise<CommandDef> {
  let command = gen
  for (const word of words) {
    const next = (command.subCommands as Record<string, CommandDef> | undefined)?.[word]
    if (!next) break
    command = next
  }
  return command
}

/**
 * Runs the command line; sets the exit code.
 *
 * @param words - What stands behind `gen`.
 * @example
 * ```ts no-run
 * await main(['train', 'diffusion', '--data', 'mnist', '--steps', '100'])
 * ```
 */
export async function main(words: readonly string[]): Promise<void> {
  watchReader()
  const command = await commandOf(words)
  if (words.includes('--help') || words.includes('-h') || !command.run) {
    console.log(await renderUsage(command))
    const asked = words.every((word) => word.startsWith('-') || word in commands || word in families)
    if (!asked) fail(`gen: expected a command, got '${words.join(' ')}'; see above`)
    return
  }
  try {
    await runCommand(gen, { rawArgs: [...words] })
  } catch (error) {
    if (!GenError.is(error) && !(error instanceof Error && error.name === 'CLIError')) throw error
    fail(error.message)
  }
}

function fail(message: string): void {
  console.error(`${pc.red('error')} ${message}`)
  // A signal has its own.
  process.exitCode ??= 1
}
