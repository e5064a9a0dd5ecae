/** Coupling flows. @module */
import { key } from '@gen/backend'
import { realNvp } from '@gen/flows'
import { mean, neg, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core'
import type { Row } from '../row.ts'
import { spec } from '../spec.ts'
import type { Named } from './parameters.ts'
import { trainingStep } from './training.ts'

const [batch, layers] = [256, 8]

/** Real NVP of 8 couplings with two hidden layers of 64, on 2 and on 16 features. */
export const flowSteps: readonly Row[] = [2, 16].map((size) =>
  trainingStep({
    id: `flow-${size}`,
    name: `coupling flow, ${size}-D, ${layers} layers, hidden 64, batch ${batch}`,
    inputs: { x: spec([batch, size], 1) },
    build: ({ x }) => {
      const model = realNvp(size, { layers, key: key(0) })
      const variables = model.variables().map((variable, i): Named => {
        const [layer, part] = [Math.floor(i / 6), i % 6]
        return { name: `layer_${layer}/${part >> 1}/${part % 2 === 0 ? 'kernel' : 'bias'}`, variable }
      })
      const loss = () => neg(mean(model.logProb(x as Tensor2D))) as Scalar
      return { variables, players: [{ prefix: '', loss }] }
    },
    task: 'flow_step',
    attributes: { layers, slope: 0.1 },
  }),
)
