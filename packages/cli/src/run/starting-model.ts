/** The model that a training starts with. @module */
import type { Key } from '@gen/backend'
import { refusal } from '@gen/backend'
import type { RunValues } from '../commands/train-flags.ts'
import type { Family, FamilyDataset, FamilyModel } from '../families/family.ts'
import type { Flags, FlagValues } from '../flags.ts'
import { openModel } from './open-model.ts'

/**
 * A fresh model, or that of `--from`.
 *
 * @throws GenError `config` for a model of another family, `shape` for one of other data.
 */
export async function startingModel<F extends Flags>(
  family: Family<F>,
  values: RunValues,
  dataset: FamilyDataset,
  k: Key,
): Promise<FamilyModel> {
  if (!values.from) return family.create(values as FlagValues<F>, dataset, k)
  const command = `gen train ${family.name}`
  const { model, family: found } = await openModel(command, values.from)
  if (found !== family.name) {
    const remedy = `pass it to gen train ${found}`
    throw refusal('config', command, { expected: `--from a ${family.name} model`, got: `a ${found} model`, remedy })
  }
  const [{ shape }, given] = [model, dataset.shape]
  if (shape.join() !== given.join()) {
    const got = `[${given.join(', ')}]`
    throw refusal('shape', command, { expected: `data of [${shape.join(', ')}], as --from makes them`, got })
  }
  return model
}
