import { decodeSafetensors, encodeSafetensors } from '@gen/io'
import { dispose, tensor, tensor1d, zeros } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { game, regression } from './fixtures/toy-models.ts'
import { readWeights, variablesOf, writeWeights } from './weights.ts'

describe('weights by name', () => {
  it('are named by player and place, state apart, shared ones once', () => {
    const model = game()
    expect(Object.keys(variablesOf(model))).toEqual(['leader/0', 'leader/state/0', 'follower/0'])
    const [leader, follower] = model.players
    const shared = { players: [leader!, { ...follower!, variables: () => leader!.variables() }] }
    expect(Object.keys(variablesOf(shared))).toEqual(['leader/0', 'leader/state/0'])
    model.dispose()
  })

  it('survive the way through a file', async () => {
    const [from, to] = [regression(), regression()]
    const values = tensor([1, 2, 3, 4, 5, 1e-40], [3, 2])
    from.weight.assign(values)
    values.dispose()
    writeWeights(to, decodeSafetensors(encodeSafetensors(await readWeights(from))).tensors)
    expect(to.weight.dataSync()).toEqual(from.weight.dataSync())
    from.dispose()
    to.dispose()
  })

  it('that do not fit are refused before one is written', () => {
    const model = regression()
    const before = [...model.bias.dataSync()]
    const [bias, weight, wrong, whole] = [tensor1d([7, 7]), zeros([3, 2]), zeros([2, 3]), zeros([3, 2], 'int32')]
    const attempt = (weights: object) => () => writeWeights(model, weights as Record<string, typeof bias>)
    expect(attempt({ 'regression/1': bias })).toThrow("expected the model's 2 weights, got no regression/0")
    expect(attempt({ 'regression/0': weight, 'regression/1': bias, more: bias })).toThrow('got also more')
    expect(attempt({ 'regression/1': bias, 'regression/0': wrong })).toThrow(
      'float32 of shape [3, 2], got float32 of shape [2, 3]',
    )
    expect(attempt({ 'regression/1': bias, 'regression/0': whole })).toThrow('got int32')
    expect([...model.bias.dataSync()]).toEqual(before)
    dispose([bias, weight, wrong, whole])
    model.dispose()
  })
})
