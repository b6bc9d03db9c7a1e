export { bestOf } from './best.ts'
export { type Recipe, recipesOf } from './recipes.ts'
