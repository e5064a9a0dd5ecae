/** Vocabularies from plain JSON. @module */
import { type Registry, registry, registryEntry } from '@gen/backend'
import * as v from 'valibot'
import { characters } from './characters.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Makes the vocabulary of a config. */
export const vocabularyFromConfig: Registry<Vocabulary> = registry('tokens.vocabularyFromConfig', 'a vocabulary', {
  characters: registryEntry({ alphabet: v.string(), plain: v.boolean() }, characters),
})
