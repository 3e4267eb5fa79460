export { answerTo } from './error-answer.ts'
export { createHttpApp, type HttpApp } from './http-app.ts'
export { isAwaited } from './is-awaited.ts'
export { readJson } from './read-json.ts'
