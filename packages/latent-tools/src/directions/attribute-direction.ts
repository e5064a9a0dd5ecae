/** The direction of an attribute: the normal of the boundary between codes with it and codes without. @module */
import { assertNumber, type Key, permutation } from '@gen/backend'
import { type Codes, type Matrix64, readCodes, rowOf, takeRows } from '../linear/matrix.ts'
import { product } from '../linear/product.ts'
import { dot, svd } from '../linear/svd.ts'
import {
  type Classifier,
  discriminantAnalysis,
  type Hyperplane,
  logisticRegression,
  meanDifference,
  supportVectorMachine,
} from './classifier.ts'
import { assertLabels } from './labels.ts'

/** A direction in latent space with the boundary that it crosses. */
export interface Direction {
  /** Unit vector; along it the attribute grows. */
  readonly normal: Float64Array
  /** Signed distance of a code z to the boundary: `normal·z + offset`, in latent units. */
  readonly offset: number
}

/** How {@link attributeDirection} finds the boundary. */
export type DirectionMethod = 'svm' | 'logistic' | 'lda' | 'meanDifference'

/** Options of {@link attributeDirection}. */
export interface AttributeDirectionOptions {
  /** @default 'svm' */
  method?: DirectionMethod
  /** C of svm and logistic: larger trusts the data more. @default 1 */
  regularisation?: number
  /** Share of the codes kept back to measure the accuracy. @default 0.3 */
  heldOut?: number
  /** Deals the codes to both parts. */
  key: Key
}

/** A direction and how well its boundary separates. */
export interface AttributeDirection extends Direction {
  readonly method: DirectionMethod
  /** Share of codes on the right side of the boundary, in [0, 1]. */
  readonly accuracy: {
    readonly train: number
    /** On codes that the boundary was not fitted to. */
    readonly heldOut: number
    /** Of always saying the more frequent label: what the boundary has to beat. */
    readonly baseline: number
  }
}

const classifiers: Readonly<Record<DirectionMethod, Classifier>> = {
  svm: supportVectorMachine,
  logistic: logisticRegression,
  lda: discriminantAnalysis,
  meanDifference,
}

/**
 * Finds the direction of an attribute from codes `[n, size]` and labels 0 or 1.
 *
 * | method | what |
 * |---|---|
 * | `svm` | linear support vector machine, squared hinge loss |
 * | `logistic` | logistic regression with L2 |
 * | `lda` | linear discriminant analysis |
 * | `meanDifference` | from the mean without to the mean with |
 *
 * @throws GenError `shape` for another number of labels; `value` for a constant attribute, with what to do.
 * @see Interpreting the latent space of GANs (Shen et al., 2020) https://arxiv.org/abs/1907.10786
 * @example
 * const glasses = attributeDirection(codes, labels, { method: 'logistic', key: key(0) })
 * const worn = vae.decode(moveTo(z, glasses, 3))
 */
export function attributeDirection(
  codes: Codes,
  labels: ArrayLike<number>,
  { method = 'svm', regularisation = 1, heldOut = 0.3, key }: AttributeDirectionOptions,
): AttributeDirection {
  const where = 'latentTools.attributeDirection'
  const x = readCodes(where, 'codes', codes)
  assertLabels(where, labels, x.rows)
  assertNumber(where, 'regularisation', regularisation, { exclusiveMin: 0 })
  assertNumber(where, 'heldOut', heldOut, { min: 0, max: 0.9 })
  const { train, test } = dealt(labels, heldOut, key)
  const labelsOf = (rows: readonly number[]) => rows.map((row) => labels[row]!)
  const plane = inRowSpan(classifiers[method])(takeRows(x, train), labelsOf(train), regularisation)
  const ones = labelsOf(test).reduce((sum, label) => sum + label, 0) / test.length
  return {
    ...directionOf(plane),
    method,
    accuracy: {
      train: accuracyOf(plane, takeRows(x, train), labelsOf(train)),
      heldOut: accuracyOf(plane, takeRows(x, test), labelsOf(test)),
      baseline: Math.max(ones, 1 - ones),
    },
  }
}

/**
 * With fewer codes than dimensions, every boundary's normal lies in the space that the codes span: it is found there, among
 * as many coordinates as codes.
 */
function inRowSpan(classify: Classifier): Classifier {
  return (x, labels, regularisation) => {
    if (x.rows >= x.columns) return classify(x, labels, regularisation)
    const { v } = svd(x)
    const { weights, bias } = classify(product(x, v), labels, regularisation)
    return { weights: product(v, { rows: v.columns, columns: 1, data: weights }).data, bias }
  }
}

/** A hyperplane with a normal of length 1. */
function directionOf({ weights, bias }: Hyperplane): Direction {
  const length = Math.max(1e-300, Math.sqrt(dot(weights, weights)))
  return { normal: weights.map((value) => value / length), offset: bias / length }
}

/** Both labels are dealt in the same share, and each part has some of both. */
function dealt(labels: ArrayLike<number>, heldOut: number, key: Key): { train: number[]; test: number[] } {
  const [train, test]: [number[], number[]] = [[], []]
  const order = [...permutation(key, labels.length)]
  for (const label of [0, 1]) {
    const rows = order.filter((row) => labels[row] === label)
    const kept = Math.min(rows.length - 1, Math.max(1, Math.round(heldOut * rows.length)))
    test.push(...rows.slice(0, kept))
    train.push(...(heldOut > 0 ? rows.slice(kept) : rows))
  }
  return { train, test }
}

function accuracyOf({ weights, bias }: Hyperplane, x: Matrix64, labels: readonly number[]): number {
  const right = labels.filter((label, i) => dot(rowOf(x, i), weights) + bias > 0 === (label === 1))
  return right.length / labels.length
}
