import { GenError } from '@gen/backend'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { characters, plainAlphabet, plainText, vocabularyFromConfig } from '../index.ts'

describe('plain text', () => {
  it('is of the plain alphabet, whatever the text, and is its own plain text', () => {
    const known = new Set(plainAlphabet)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = plainText(text)
        expect([...plain].every((symbol) => known.has(symbol))).toBe(true)
        expect(plainText(plain)).toBe(plain)
        expect(plain).not.toMatch(/ {2}/)
      }),
    )
  })

  it.each([
    ['Café', 'cafe'],
    ['“Don’t!”', " don't! "],
    ['the sea—and 3 ships\n\nmore', 'the sea - and ships more'],
    ['Æneas … ſo', 'aeneas ... so'],
  ])('of %j is %j', (text, plain) => {
    expect(plainText(text)).toBe(plain)
  })
})

describe('characters', () => {
  it('give text back, in any alphabet', () => {
    const alphabet = 'añ🐳 z'
    const vocabulary = characters({ alphabet })
    expect(vocabulary.size).toBe(5)
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...alphabet)), (symbols) => {
        const text = symbols.join('')
        expect(vocabulary.decode(vocabulary.encode(text))).toBe(text)
        expect(vocabulary.encode(text).length).toBe(symbols.length)
      }),
    )
  })

  it('of the plain alphabet take any text', () => {
    const letters = characters()
    expect(letters.decode(letters.encode('CHAPTER 1. Loomings.'))).toBe('chapter . loomings.')
    expect(letters.size).toBe(35)
  })

  it('are made again from their config', () => {
    for (const vocabulary of [characters(), characters({ alphabet: 'ab', plain: true })]) {
      const copy = vocabularyFromConfig(JSON.parse(JSON.stringify(vocabulary.config)))
      expect(copy.config).toEqual(vocabulary.config)
      expect(copy.encode('aB')).toEqual(vocabulary.encode('ab'))
    }
  })

  it('refuse what they have no token for', () => {
    expect(() => characters({ alphabet: 'ab' }).encode('abc')).toThrow(
      'tokens.characters: expected characters of the alphabet, got "c"; leave it out of the text, or put it into the alphabet',
    )
    expect(() => characters({ alphabet: 'ab' }).decode([2])).toThrow(/tokens from 0 to 1, got 2/)
    expect(() => characters({ alphabet: '' })).toThrow(GenError)
    expect(() => characters({ alphabet: 'aba' })).toThrow(/different characters, got 3 of which 2 are different/)
    expect(() => vocabularyFromConfig({ kind: 'bytes' })).toThrow(GenError)
  })
})
