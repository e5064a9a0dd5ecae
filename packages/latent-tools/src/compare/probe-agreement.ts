/** Whether attributes survive the map. @module */
import { type Key, refusal } from '@gen/backend'
import { dotProduct, type Matrix64, rowOf } from '@gen/linear-algebra'
import { assertNumbers, given } from '../arguments.ts'
import { type Codes, readPair } from '../codes.ts'
import {
  type AttributeDirectionOptions,
  attributeDirection,
  type Direction,
} from '../directions/attribute-direction.ts'
import { type LinearMap, mapCodes } from '../maps/linear-map.ts'

/** What a probe of the second space says of codes that were mapped into it. */
export interface ProbeAgreement {
  /** Share of samples where the probe says the same of the mapped code as of the true one. */
  readonly agreement: number
  /** Share where it is right of the true code. */
  readonly accuracy: number
  /** Share where it is right of the mapped code. */
  readonly mappedAccuracy: number
}

/**
 * Trains a linear probe for an attribute on codes of the second space, and asks it about mapped codes of the first. The
 * probe learns from `support` and is asked about `test`.
 *
 * @throws GenError `value` for an attribute that is constant in the support; `shape`.
 * @see All roads lead to Rome? (Mathi et al., 2024) https://arxiv.org/abs/2407.13449
 * @example
 * const { agreement } = probeAgreement(map, { support, test, supportLabels, testLabels, key: key(0) })
 */
export function probeAgreement(map: LinearMap, options: ProbeAgreementOptions): ProbeAgreement {
  const where = 'latentTools.probeAgreement'
  const { support, test, supportLabels, testLabels, key, ...probe } = given(where, options)
  const { a: first, b: second } = given(where, test, 'the test points, { a, b },')
  const [a, b] = readPair(where, first, second)
  assertNumbers(where, 'testLabels', testLabels)
  if (testLabels.length !== a.rows) {
    throw refusal('shape', where, { expected: `a label for each of ${a.rows} test points`, got: testLabels.length })
  }
  const { b: learned } = given(where, support, 'the support set, { b },')
  given(where, map, 'the map')
  const direction = attributeDirection(learned, supportLabels, { ...probe, heldOut: 0, key })
  const truth = answers(b, direction)
  const mapped = answers(mapCodes(map, a), direction)
  const share = (holds: (i: number) => boolean) => truth.filter((_, i) => holds(i)).length / truth.length
  return {
    agreement: share((i) => truth[i] === mapped[i]),
    accuracy: share((i) => truth[i] === (testLabels[i] === 1)),
    mappedAccuracy: share((i) => mapped[i] === (testLabels[i] === 1)),
  }
}

/** Options of {@link probeAgreement}. */
export interface ProbeAgreementOptions extends Omit<AttributeDirectionOptions, 'heldOut'> {
  readonly support: { readonly b: Codes }
  readonly test: { readonly a: Codes; readonly b: Codes }
  /** 0 or 1 for each support point. */
  readonly supportLabels: ArrayLike<number>
  /** 0 or 1 for each test point. */
  readonly testLabels: ArrayLike<number>
  readonly key: Key
}

function answers(codes: Matrix64, { normal, offset }: Direction): boolean[] {
  return Array.from({ length: codes.rows }, (_, i) => dotProduct(rowOf(codes, i), normal) + offset > 0)
}
