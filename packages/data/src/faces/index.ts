/** Cartoon faces with every attribute known. Needs three optional packages, which `npm i @gen/data` does not bring. @module */
export type { RasterizerSource } from './artist.ts'
export { type Face, type FaceAttribute, type FaceValues, faceAttributes } from './attributes.ts'
export { type DrawFacesOptions, drawFaces, type Faces, type FacesOptions, faces } from './faces.ts'
