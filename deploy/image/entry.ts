// The program of the image. Its command is one of the services, or a command of `millrace`. ENV_FILE may name a file with
// further variables.
const SERVICES = ['ingestor', 'feature-builder', 'scorer', 'drift-monitor']

/** The exit code of a process that SIGTERM ended. */
const TERMINATED = 143

const given = process.argv.slice(2)
const [first = 'help', ...others] = given
if (SERVICES.includes(first)) process.argv.splice(2, given.length, 'serve', ...given)
else if (first === 'millrace') process.argv.splice(2, given.length, ...others)

const { ENV_FILE } = process.env
if (ENV_FILE) process.loadEnvFile(ENV_FILE)

// The first process of a container is not ended by a signal that it has no handler for.
process.on('SIGTERM', () => {
  if (process.listenerCount('SIGTERM') === 1) process.exit(TERMINATED)
})

await import('../../packages/cli/src/main.ts')
