export { type Deployment, type DeployOptions, deployPipeline } from './deploy-pipeline.ts'
