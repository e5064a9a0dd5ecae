/** The command line `gen`. @module */
import { GenError } from '@gen/backend'
import type { Command, CommandGroup } from './command.ts'
import { gen } from './commands/index.ts'
import { helpOf } from './help.ts'
import { nearest } from './nearest.ts'
import { watchReader } from './reader.ts'
import { errorWord } from './terminal.ts'
import { version } from './version.ts'

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
    if (['--version', '-v', '-V'].includes(words[0] ?? '')) console.log(await version())
    else await runWords(gen, words[0] === 'help' ? helpWords(words.slice(1)) : words)
  } catch (error) {
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
  if (word !== undefined && !(word.startsWith('-') && asksForHelp(words))) throw unknownCommand(at, word)
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

function unknownCommand({ name, commands }: CommandGroup, word: string): GenError {
  const known = Object.keys(commands)
  const similar = nearest(word, known)
  const remedy = similar.length > 0 ? `did you mean ${name} ${similar.join(`, ${name} `)}?` : `see ${name} --help`
  return new GenError('config', `${name}: expected a command, ${known.join(', ')}, got '${word}'; ${remedy}`)
}
