/** Parts of a model that keep their weights. @module */
import { refusal } from '@gen/backend'
import { type Player, variablesOf } from '@gen/train'
import type { Variable } from '@tensorflow/tfjs-core'
import type { FamilyModel } from '../families/family.ts'

/**
 * A model of which the named parts do not train: a name is the beginning of one that a weight has in `model.py`, or of its own.
 *
 * @throws GenError `config` for a name that no weight begins with, or names of all weights.
 */
export function withFrozen(command: string, model: FamilyModel, freeze: string): FamilyModel {
  if (freeze === '') return model
  if (!model.weightNames) {
    throw refusal('config', command, {
      expected: '--from beside --freeze',
      got: 'none',
      remedy: 'a new model has nothing to keep',
    })
  }
  const names = model.weightNames()
  const variables = Object.entries(variablesOf(model.trainable))
  const frozen = new Set<Variable>()
  for (const part of freeze.split(',')) {
    const found = variables.filter(([own]) => isWithin(names[own] ?? own, part) || isWithin(own, part))
    if (found.length === 0) throw refusal('config', command, { expected: `--freeze of ${partsOf(names)}`, got: part })
    for (const [, variable] of found) frozen.add(variable)
  }
  const trainable = { ...model.trainable, players: model.trainable.players.map((player) => partly(player, frozen)) }
  if (trainable.players.every((player) => player.variables().length === 0)) {
    throw refusal('config', command, { expected: 'a part that trains', got: `--freeze ${freeze}, which is all` })
  }
  return { ...model, trainable, whole: model.trainable }
}

function isWithin(name: string, part: string): boolean {
  return name === part || name.startsWith(`${part}.`) || name.startsWith(`${part}_`) || name.startsWith(`${part}/`)
}

/** The parts of the first level, for an error. */
function partsOf(names: Readonly<Record<string, string>>): string {
  return [...new Set(Object.values(names).map((name) => name.replace(/[./].*$/, '')))].join(', ')
}

function partly<B>(player: Player<B>, frozen: ReadonlySet<Variable>): Player<B> {
  return {
    ...player,
    variables: () => player.variables().filter((variable) => !frozen.has(variable)),
    state: () => [...(player.state?.() ?? []), ...player.variables().filter((variable) => frozen.has(variable))],
  }
}
