/** Explore, edit and compare latent spaces, and map one onto another through a support set. @module */

export type { Matrix, Matrix64 } from '@gen/linear-algebra'
export type { Decoder, Encoder, LatentModel } from '@gen/model'
export type { Codes } from './codes.ts'
export { canonicalCorrelations, type SvccaOptions, svcca } from './compare/canonical-correlation.ts'
export {
  type CompareSpacesOptions,
  compareLocated,
  compareSpaces,
  type LocatedImages,
} from './compare/compare-spaces.ts'
export type { Comparison } from './compare/comparison.ts'
export type { ErrorEstimate, ImageErrors } from './compare/image-errors.ts'
export { type LatentErrors, latentErrors } from './compare/latent-errors.ts'
export { type ProbeAgreement, type ProbeAgreementOptions, probeAgreement } from './compare/probe-agreement.ts'
export {
  type CkaOptions,
  cka,
  distanceCorrelation,
  type MutualNeighborsOptions,
  mutualNeighbors,
} from './compare/similarity.ts'
export { type SupportCurveOptions, type SupportCurvePoint, supportCurve } from './compare/support-curve.ts'
export {
  type AttributeDirection,
  type AttributeDirectionOptions,
  attributeDirection,
  type Direction,
} from './directions/attribute-direction.ts'
export type { DirectionMethod } from './directions/direction-method.ts'
export { distanceTo, type MoveLayersOptions, moveBy, moveLayers, moveTo } from './directions/edit.ts'
export {
  type Entanglement,
  type EntanglementOptions,
  type EntanglementSummary,
  entanglement,
  type FeatureFunction,
  type IdentityOptions,
  identityKept,
  type Measure,
  summarizeEntanglement,
} from './directions/entanglement.ts'
export { type ChosenLabels, labelsFromScores } from './directions/labels.ts'
export {
  activationDirections,
  type CountOptions,
  directionFrom,
  type PrincipalDirections,
  principalDirections,
  type SparseDirectionsOptions,
  sefa,
  sparseDirections,
} from './directions/principal.ts'
export { type ProjectedDirection, projectDirection } from './directions/project.ts'
export { type Dci, type DciOptions, type DciScores, dci } from './factors/dci.ts'
export { betaVaeScore, type FixedFactorOptions, factorVaeScore } from './factors/fixed-factor.ts'
export {
  type InformationOptions,
  modularity,
  mutualInformationGap,
  sap,
} from './factors/scores.ts'
export { type GaussianPriorOptions, gaussianPrior } from './inversion/gaussian-prior.ts'
export { type Located, type LocateOptions, locate } from './inversion/locate.ts'
export { type ChoosePointsOptions, choosePoints, type PointMethod } from './maps/choose-points.ts'
export { type ChooseRidgeOptions, chooseRidge, type RidgeChoice } from './maps/choose-ridge.ts'
export { type FitLinearMapOptions, fitLinearMap, type MapMethod, type PairedCodes } from './maps/fit-linear-map.ts'
export { type CodeMap, type FitMlpMapOptions, fitMlpMap } from './maps/fit-mlp-map.ts'
export {
  composeMaps,
  type LinearMap,
  type LinearMapJson,
  type LinearMapParts,
  linearMap,
  linearMapFromJson,
  linearMapToJson,
  mapCodes,
} from './maps/linear-map.ts'
export { type RelativeCodesOptions, relativeCodes } from './maps/relative.ts'
export type { Scaling } from './maps/scaling.ts'
export { type SupportSet, type SupportSetOptions, supportSet } from './maps/support-set.ts'
export { type GeodesicOptions, geodesic, pathLength } from './walks/geodesic.ts'
export {
  type InterpolateOptions,
  interpolate,
  type LatentGridOptions,
  latentGrid,
  lerp,
  normCorrected,
  type Path,
  slerp,
  type TraversalOptions,
  traversal,
} from './walks/path.ts'
export { type AnimationOptions, animation, type PictureOptions, picture } from './walks/picture.ts'
export { type RandomWalkOptions, randomWalk } from './walks/random-walk.ts'
