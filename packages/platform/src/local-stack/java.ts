import { join } from 'node:path'
import { partMissing } from './errors.ts'
import type { Environment, PartName } from './part.ts'
import { runCommand } from './run-command.ts'

const OLDEST_JAVA = 17
const REMEDY =
  'Install it (Debian or Ubuntu: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk@17), ' +
  'or set JAVA_HOME to it.'

/** The `java` of JAVA_HOME or of PATH; fails with STACK_PART_MISSING when there is none of version 17 or later. */
export async function requireJava(part: PartName, env: Environment): Promise<string> {
  const java = env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin', 'java') : 'java'
  const version = await javaVersion(java, env).catch(error => {
    throw partMissing(part, `Java ${OLDEST_JAVA} or later does not run here`, REMEDY, error)
  })
  if (version < OLDEST_JAVA) {
    throw partMissing(part, `it needs Java ${OLDEST_JAVA} or later, and ${java} is Java ${version}`, REMEDY)
  }
  return java
}

async function javaVersion(java: string, env: Environment): Promise<number> {
  const output = await runCommand(java, ['-version'], { env })
  const [, major] = /version "(?:1\.)?(\d+)/.exec(output) ?? []
  return Number(major ?? 0)
}
