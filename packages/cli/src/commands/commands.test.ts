/** Laws over all commands of `gen`: bounds, strictness, help, docs, and advice that can be followed. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GenError } from '@gen/backend'
import { describe, expect, it, vi } from 'vitest'
import type { Command, CommandGroup } from '../command.ts'
import { valuesOf } from '../flags.ts'
import { defaultOf, helpOf, helpWidth } from '../help.ts'
import { main } from '../index.ts'
import { kebab } from '../kebab.ts'
import { gen } from './index.ts'

/** A command and all below it, loaded. */
async function under(at: Command | CommandGroup): Promise<(Command | CommandGroup)[]> {
  if (!('commands' in at)) return [at]
  const below: (Command | CommandGroup)[] = []
  for (const entry of Object.values(at.commands)) {
    const loaded = await entry.load()
    expect(loaded.description).toBe(entry.description)
    below.push(...(await under(loaded)))
  }
  return [at, ...below]
}

const everything = await under(gen)
const commands = everything.filter((at): at is Command => !('commands' in at))
const groups = everything.filter((at): at is CommandGroup => 'commands' in at)
const flags = commands.flatMap((command) =>
  Object.entries(command.flags).map(([name, flag]) => ({ command, name, word: kebab(name), flag })),
)
/** Neither work nor memory grows with these: Infinity means never. */
const boundless = ['clip-norm']
const numeric = flags.filter(
  ({ flag, word }) => ['number', 'integer', 'n,n,…'].includes(flag.hint ?? '') && !boundless.includes(word),
)
const wordsOf = ({ positionals }: Command): string[] => positionals.map(({ name }) => `/nowhere/${name}`)

/** What is accepted in error ends soon. */
const nothing = ({ flags: own }: Command): string[] => ('data' in own ? ['--data', '/nowhere/data'] : [])

async function refusal(command: Command, words: readonly string[]): Promise<string> {
  const error = await command.run(words).then(
    () => new Error(`${command.name} ${words.join(' ')} was accepted`),
    (reason: Error) => reason,
  )
  expect(GenError.is(error), String(error)).toBe(true)
  return error.message
}

describe('every command', () => {
  it('there are sixteen, with over a hundred flags', () => {
    expect(commands.map(({ name }) => name)).toEqual([
      ...['gen train diffusion', 'gen train flow', 'gen train gan', 'gen train tokens', 'gen train vae'],
      ...['gen sample', 'gen complete', 'gen answer', 'gen density', 'gen merge'],
      ...['gen eval', 'gen diagnose', 'gen align', 'gen edit', 'gen convert', 'gen data export'],
    ])
    expect(flags.length).toBeGreaterThan(100)
    expect(numeric.length).toBeGreaterThan(70)
  })

  it.each(numeric.map(({ command, word, flag }) => [command.name, word, { command, flag }] as const))(
    '%s --%s says its largest and smallest value before it does anything',
    async (name, word, { command, flag }) => {
      const { min, max } = flag.range!
      expect([Number.isFinite(min), Number.isFinite(max), min < max]).toEqual([true, true, true])
      for (const huge of ['1e300', 'Infinity', String(max * 1.001 + 1)]) {
        const message = await refusal(command, [...wordsOf(command), ...nothing(command), `--${word}`, huge])
        expect(message).toBe(`${name}: expected --${word} to be at most ${max}, got '${huge}'; see ${name} --help`)
      }
      expect(await refusal(command, [...wordsOf(command), `--${word}=-1e300`])).toContain(`to be at least ${min}`)
      for (const empty of ['', ' ', 'NaN', '1,,2']) {
        expect(await refusal(command, [...wordsOf(command), `--${word}=${empty}`])).toContain('to be a number')
      }
    },
  )

  it.each(commands.map((command) => [command.name, command] as const))(
    '%s refuses words too many and too few, unknown flags, empty texts and doubtful switches',
    async (name, command) => {
      const words = wordsOf(command)
      expect(await refusal(command, [...words, 'extra', 'more'])).toMatch(/expected only .*, got 'extra' 'more' too/)
      if (words.length > 0) expect(await refusal(command, words.slice(1))).toMatch(/expected <\w+>, .*, got none; see/)
      for (const unknown of ['--constructor', '--toString=1', '-x', '--__proto__']) {
        expect(await refusal(command, [...words, unknown])).toContain(
          `${name}: expected a known flag, got ${unknown.split('=')[0]}`,
        )
      }
      for (const [option, { toggle, hint }] of Object.entries(command.flags)) {
        const word = kebab(option)
        if (toggle) expect(await refusal(command, [...words, `--${word}=perhaps`])).toContain('to be yes or no')
        else {
          expect(await refusal(command, [...words, `--${word}`])).toContain(`expected a value behind --${word}`)
          expect(await refusal(command, [...words, `--no-${word}`])).toContain('expected a known flag')
          if (!hint?.startsWith('n'))
            expect(await refusal(command, [...words, `--${word}=`])).toContain(`expected --${word}`)
        }
      }
    },
  )

  it('has defaults that its own flags take', () => {
    for (const { command, word, flag } of flags) {
      if (flag.initial === undefined || String(flag.initial) === '') continue
      const given = Array.isArray(flag.initial) ? flag.initial.join(',') : String(flag.initial)
      expect(Object.values(valuesOf(command.name, { [word]: flag }, { [word]: given }))).toEqual([flag.initial])
    }
  })
})

describe('help', () => {
  it.each([...commands, ...groups].map((command) => [command.name, command] as const))(
    'of %s is plain text of at most 100 columns',
    (_, command) => {
      const lines = helpOf(command).split('\n')
      for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(helpWidth)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colors begin with one.
      expect(lines.join('\n')).not.toMatch(/[\x1b\u00a0]/)
    },
  )

  it.each([...commands, ...groups].map((command) => [command.name, command] as const))(
    'of %s is what gen help says, as --help does',
    async (name, command) => {
      const said = vi.spyOn(console, 'log').mockImplementation(() => {})
      const words = name.split(' ').slice(1)
      try {
        await main(['help', ...words])
        await main([...words, '--help'])
        expect(said.mock.calls).toEqual([[helpOf(command)], [helpOf(command)]])
      } finally {
        said.mockRestore()
      }
    },
  )

  it('is refused for a command that there is not', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    const before = process.exitCode
    await main(['help', 'trian'])
    expect(said.mock.calls.flat().join()).toContain("got 'trian'; did you mean gen train?")
    expect(process.exitCode).toBe(1)
    process.exitCode = before
    said.mockRestore()
  })

  it('lists each flag with the default that the command has in effect', () => {
    for (const command of commands) {
      const help = helpOf(command).replaceAll(/\s+/g, ' ')
      const values = valuesOf(command.name, command.flags, {}) as Record<string, unknown>
      for (const [name, flag] of Object.entries(command.flags)) {
        const [, told = ''] = new RegExp(`--${kebab(name)} .*?Default: (.*?)(?= --[a-z]|$)`).exec(help) ?? []
        expect(`Default: ${told}`, `${command.name} --${kebab(name)}`).toBe(defaultOf(flag))
        if (flag.otherwise) continue
        const value = values[name]
        const shown = { true: 'yes', false: 'no', '': 'none' }[String(value)] ?? String(value)
        expect(told, `${command.name} --${kebab(name)}`).toBe(shown)
      }
    }
  })

  it('lists for each family only what concerns it', () => {
    const denoising = /denoising|guidance/
    const byFamily = Object.fromEntries(
      commands.slice(0, 5).map((command) => [command.name.split(' ')[2], helpOf(command)]),
    )
    expect(byFamily.diffusion).toMatch(denoising)
    for (const family of ['flow', 'gan', 'tokens', 'vae']) expect(byFamily[family], family).not.toMatch(denoising)
  })

  it('stands in docs/cli.md word for word: a changed default is a changed document', async () => {
    const sections = [...groups, ...commands].map(
      (command) => `## ${command.name}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``,
    )
    const head =
      '# The flags of gen\n\nWhat `gen <command> --help` prints; `npx vitest run packages/cli --update` writes this file anew.'
    await expect(`${[head, ...sections].join('\n\n')}\n`).toMatchFileSnapshot('../../../../docs/cli.md')
  })
})

/** Flags of other programs, and of this program itself rather than of a command. */
const foreign = new Set(['help', 'version', 'name', 'update'])
const root = join(import.meta.dirname, '..', '..', '..', '..')
/** Messages and documents in which a flag may be named. */
const texts = [
  ...readdirSync(join(root, 'packages/cli/src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('.test.') && !path.includes('fixtures'))
    .map((path) => join('packages/cli/src', path)),
  ...['packages/cli/README.md', 'docs/cli.md', 'docs/what-holds.md', 'docs/adr/0016-conditional-digits-example.md'],
  'apps/digits/src/main.ts',
]

describe('advice', () => {
  it('names only flags that exist, and of their words only those that they take', () => {
    const known = new Map<string, Set<string>>()
    for (const { word, flag } of flags) {
      const words = known.get(word) ?? new Set()
      for (const option of flag.hint?.includes('|') ? flag.hint.split('|') : []) words.add(option)
      known.set(word, words)
    }
    let named = 0
    for (const path of texts) {
      for (const [, flag = '', word] of readFileSync(join(root, path), 'utf8').matchAll(
        /(?<![\w-])--([a-z][a-z-]*[a-z])(?:[ =]([a-z][\w-]*))?/g,
      )) {
        const bare = flag.replace(/^no-/, '')
        if (foreign.has(bare)) continue
        named++
        expect(known.has(bare), `${path} names --${flag}`).toBe(true)
        if (flag === 'preset' && word)
          expect([...known.get('preset')!, 'times', 'than', 'for'], `${path}: --preset ${word}`).toContain(word)
      }
    }
    expect(named).toBeGreaterThan(80)
  })
})
