/** The direction of an attribute: the normal of the boundary between codes with it and codes without. @module */
import { assertKey, assertNumber, type Key, refusal } from '@gen/backend'
import { dotProduct, type Matrix64, rowOf, takeRows } from '@gen/linear-algebra'
import { assertOneOf, given } from '../arguments.ts'
import { type Codes, readCodes } from '../codes.ts'
import { type Classifier, type Hyperplane, inRowSpan } from './classifier.ts'
import { deal } from './deal.ts'
import type { DirectionMethod } from './direction-method.ts'
import { discriminantAnalysis } from './discriminant-analysis.ts'
import { assertLabels } from './labels.ts'
import { logisticRegression, supportVectorMachine } from './margin-classifiers.ts'
import { meanDifference } from './mean-difference.ts'
import { outweighed } from './outweighed.ts'

/** A direction in latent space with the boundary that it crosses. */
export interface Direction {
  /** Unit vector; along it the attribute grows. */
  readonly normal: Float64Array
  /** Signed distance of a code z to the boundary: `normal·z + offset`, in latent units. */
  readonly offset: number
}

/** Options of {@link attributeDirection}. */
export interface AttributeDirectionOptions {
  /** @default 'svm' */
  method?: DirectionMethod
  /** C of svm and logistic: larger trusts the data more; the others take no notice of it. @default 1 */
  regularization?: number
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
    /** On codes that the boundary was not fitted to, of which no equal one was; NaN with `heldOut: 0`. */
    readonly heldOut: number
    /** Of always saying the more frequent label: what the boundary has to beat. */
    readonly baseline: number
  }
  /** What the reader of the numbers should know, in words. */
  readonly warnings: readonly string[]
}

const classifiers: Readonly<Record<DirectionMethod, Classifier>> = {
  svm: inRowSpan(supportVectorMachine),
  logistic: inRowSpan(logisticRegression),
  lda: discriminantAnalysis,
  meanDifference,
}

const where = 'latentTools.attributeDirection'

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
 * The units of each dimension change nothing of `lda`; of `svm` and `logistic` they do, as C weighs errors against the
 * length of the weights: warnings say where that penalty outweighs the codes. Equal codes are dealt to the same part, so
 * that the accuracy on codes kept back is one of new codes.
 *
 * @throws GenError `shape` for another number of labels; `value` for a constant attribute, for codes that are all the same,
 * and for labels that give no direction, with what to do.
 * @see Interpreting the latent space of GANs (Shen et al., 2020) https://arxiv.org/abs/1907.10786
 * @example
 * const glasses = attributeDirection(codes, labels, { method: 'logistic', key: key(0) })
 * const worn = vae.decode(moveTo(z, glasses, 3))
 */
export function attributeDirection(
  codes: Codes,
  labels: ArrayLike<number>,
  options: AttributeDirectionOptions,
): AttributeDirection {
  const { method = 'svm', regularization = 1, heldOut = 0.3, key } = given(where, options)
  const x = readCodes(where, 'codes', codes)
  assertLabels(where, labels, x.rows)
  assertOneOf(where, 'method', method, classifiers)
  assertNumber(where, 'regularization', regularization, { exclusiveMin: 0, exclusiveMax: Number.POSITIVE_INFINITY })
  assertNumber(where, 'heldOut', heldOut, { min: 0, max: 0.9 })
  assertKey(where, 'key', key)
  assertDiffer(x)
  const { train, test, warnings } = deal(x, labels, heldOut, key)
  const labelsOf = (rows: readonly number[]) => rows.map((row) => labels[row]!)
  const [seen, seenLabels] = [takeRows(x, train), labelsOf(train)]
  const plane = classifiers[method](seen, seenLabels, regularization)
  const asked = labelsOf(test.length > 0 ? test : train)
  const ones = asked.reduce((sum, label) => sum + label, 0) / asked.length
  return {
    ...directionOf(plane),
    method,
    accuracy: {
      train: accuracyOf(plane, seen, seenLabels),
      heldOut: accuracyOf(plane, takeRows(x, test), labelsOf(test)),
      baseline: Math.max(ones, 1 - ones),
    },
    warnings: [...warnings, ...outweighed(seen, method, regularization)],
  }
}

function assertDiffer(x: Matrix64): void {
  if (x.data.some((value, at) => value !== x.data[at % x.columns])) return
  throw refusal('value', where, {
    expected: 'codes that differ',
    got: `${x.rows} times the same`,
    remedy: 'the encoder has collapsed',
  })
}

/** A hyperplane with a normal of length 1. */
function directionOf({ weights, bias }: Hyperplane): Direction {
  const largest = weights.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) {
    throw refusal('value', where, {
      expected: 'codes that differ with the attribute',
      got: 'the same means with it and without',
      remedy: 'the attribute has no direction here, pass other samples',
    })
  }
  const scaled = weights.map((value) => value / largest)
  const length = Math.sqrt(dotProduct(scaled, scaled))
  return { normal: scaled.map((value) => value / length), offset: bias / largest / length }
}

function accuracyOf({ weights, bias }: Hyperplane, x: Matrix64, labels: readonly number[]): number {
  const right = labels.filter((label, i) => dotProduct(rowOf(x, i), weights) + bias > 0 === (label === 1))
  return right.length / labels.length
}
