export { answerTo } from './error-answer.ts'
export { createHttpApp, type HttpApp } from './http-app.ts'
export { readJson } from './read-json.ts'
