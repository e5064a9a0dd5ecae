/** The command line `gen`. @module */
import type { Command, CommandGroup } from './command.ts'
import { gen } from './commands/index.ts'
import { helpOf } from './help.ts'
import { watchReader } from './reader.ts'
import { errorWord } from './terminal.ts'

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
  try {
    if (['--version', '-v', '-V'].includes(words[0] ?? '')) console.log(await (await import('./version.ts')).version())
    else await runWords(gen, words[0] === 'help' ? helpWords(words.slice(1)) : words)
  } catch (error) {
    // The library comes when something needs it: the help does not.
    const { GenError } = await import('@gen/backend')
    if (!GenError.is(error)) throw error
    console.error(`${errorWord()} ${error.message}`)
    // A signal has its own.
    process.exitCode ??= 1
  }
}

/** Goes down the tree of commands as far as the words lead. */
async function runWords(at: Command | CommandGroup, words: readonly string[]): Promise<void> {
  const [word, ...rest] = words
  if ('commands' in at && word !== undefined && Object.hasOwn(at.commands, word)) {
    return runWords(await at.commands[word]!.load(), rest)
  }
  if (!('commands' in at)) return asksForHelp(words) ? console.log(helpOf(at)) : at.run(words)
  if (word !== undefined && !(word.startsWith('-') && asksForHelp(words))) {
    throw (await import('./unknown-command.ts')).unknownCommand(at, word)
  }
  console.log(helpOf(at))
}

/** `gen help train` is `gen train --help`. */
function helpWords(words: readonly string[]): readonly string[] {
  return [...words.filter((word) => !word.startsWith('-')), '--help']
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--')
  return words.slice(0, end < 0 ? undefined : end).some((word) => word === '--help' || word === '-h')
}
