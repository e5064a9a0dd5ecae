/** Fails where a new version of tfjs changes what the repairs of this folder rely on. */
import { readFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { tfjsGradients, tfjsVersion } from '../../generated/tfjs-gradients.ts'
import { bundleGradients } from '../../scripts/bundle-gradients.mjs'
import { useBackend } from '../index.ts'
import { secondOrder } from './finite-differences.ts'
import { registerGradients } from './register.ts'

beforeAll(() => useBackend('cpu'))

describe('tfjs is as the repairs expect it', () => {
  it('its version is the one whose gradients are bundled', () => {
    expect(tf.version_core).toBe(tfjsVersion)
  })

  it('its gradients are the bundled ones, character by character', async () => {
    const file = new URL('../../generated/tfjs-gradients.ts', import.meta.url)
    expect(await bundleGradients()).toBe(await readFile(file, 'utf8'))
  })

  it('its gradients have the shape that registration needs, one for each kernel', () => {
    expect(new Set(tfjsGradients.map(({ kernelName }) => kernelName)).size).toBe(101)
    for (const { kernelName, gradFunc, inputsToSave = [], outputsToSave = [] } of tfjsGradients) {
      expect(typeof kernelName).toBe('string')
      expect(typeof gradFunc).toBe('function')
      expect([...inputsToSave, ...outputsToSave].every((entry) => ['string', 'boolean'].includes(typeof entry))).toBe(
        true,
      )
    }
  })

  it('these gradients save outputs, so would be wrong to second order', () => {
    const saving = tfjsGradients.filter(({ outputsToSave }) => outputsToSave?.some(Boolean))
    expect([...new Set(saving.map(({ kernelName }) => kernelName))].sort()).toEqual([
      'Elu',
      'Exp',
      'LRN',
      'LogSoftmax',
      'Max',
      'MaxPool',
      'MaxPool3D',
      'Min',
      'Pow',
      'Sigmoid',
      'Softmax',
      'Tanh',
    ])
  })

  it('without the repaired tape, the gradient of a gradient is silently wrong', () => {
    const recorder = tf.engine() as unknown as { addTapeNode?: unknown }
    const repaired = recorder.addTapeNode
    // The repair is a property of the engine, above the method of its class.
    delete recorder.addTapeNode
    expect(typeof recorder.addTapeNode).toBe('function')
    try {
      tf.tidy(() => {
        const f = (x: tf.Tensor) => tf.sum(tf.mul(x, tf.exp(x)))
        const [product, differences] = secondOrder(f, tf.tensor1d([0.3, 1]), tf.ones([2]))
        expect(Math.abs(product[1]! - differences[1]!)).toBeGreaterThan(1)
      })
    } finally {
      recorder.addTapeNode = repaired
    }
  })
})

describe('registration', () => {
  it('changes nothing when it is done again', () => {
    const names = tfjsGradients.map(({ kernelName }) => kernelName)
    const before = names.map((name) => tf.getGradient(name))
    const recorder = tf.engine() as unknown as { addTapeNode: unknown }
    const { addTapeNode } = recorder
    registerGradients()
    expect(names.map((name) => tf.getGradient(name))).toEqual(before)
    expect(recorder.addTapeNode).toBe(addTapeNode)
  })

  it('useBackend puts back gradients that another import replaced', async () => {
    const original = tfjsGradients.find(({ kernelName }) => kernelName === 'Cumsum')!
    const repaired = tf.getGradient('Cumsum')
    tf.unregisterGradient('Cumsum')
    tf.registerGradient(original)
    await useBackend('cpu')
    expect(tf.getGradient('Cumsum')).toBe(repaired)
  })
})
