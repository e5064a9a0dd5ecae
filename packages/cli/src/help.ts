/** Help for commands, as plain text of limited width. @module */
import type { Command, CommandGroup } from './command.ts'
import type { Flag } from './flags.ts'
import { kebab } from './kebab.ts'

/** Columns, at most, of a terminal, a pipe and a file alike. */
export const helpWidth = 100

const column = 28

/** Help for a command or a group, with the defaults of all flags; no line is longer than {@link helpWidth}. */
export function helpOf(command: Command | CommandGroup): string {
  const head = wrap(`${command.name}: ${command.description}`, helpWidth)
  if ('commands' in command) {
    const rows = Object.entries(command.commands).map(([name, { description }]) => row(name, description))
    const see = `${command.name} <command> --help shows the flags of a command.`
    return [...head, '', `usage  ${command.name} <command> …`, '', ...rows.flat(), '', see].join('\n')
  }
  const words = command.positionals.map(({ name }) => ` <${name}>`).join('')
  const positionals = command.positionals.flatMap(({ name, description }) => row(`<${name}>`, description))
  const flags = Object.entries(command.flags).flatMap(([name, flag]) =>
    row(`--${kebab(name)}${placeholderOf(flag)}`, told(flag)),
  )
  const gap = positionals.length > 0 ? [''] : []
  return [...head, '', `usage  ${command.name}${words} [flags]`, '', ...positionals, ...gap, ...flags].join('\n')
}

/** Long lists of words are in the description. */
const placeholderOf = ({ toggle, hint = 'text' }: Flag<unknown>): string => {
  if (toggle) return ''
  return ` <${hint.includes('|') ? 'word' : hint}>`
}

function told(flag: Flag<unknown>): string {
  const words = flag.hint?.includes('|') ? ` (${flag.hint.split('|').join(', ')})` : ''
  // The default stays on one line, to be found.
  return `${flag.description}${words}. ${defaultOf(flag).replaceAll(' ', '\u00a0')}`
}

/** What happens without the flag. */
export function defaultOf({ initial, otherwise }: Flag<unknown>): string {
  if (otherwise) return `Default: ${otherwise}`
  if (typeof initial === 'boolean') return `Default: ${initial ? 'yes' : 'no'}`
  const shown = Array.isArray(initial) ? initial.join(',') : String(initial ?? '')
  return `Default: ${shown === '' ? 'none' : shown}`
}

function row(name: string, description: string): string[] {
  const lines = wrap(description, helpWidth - column - 2)
  const first = `  ${name}`
  const indent = ' '.repeat(column + 2)
  if (first.length > column) return [first, ...lines.map((line) => indent + line)]
  return lines.map((line, i) => (i === 0 ? first.padEnd(column + 2) : indent) + line)
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((line) => line.replaceAll('\u00a0', ' '))
}
