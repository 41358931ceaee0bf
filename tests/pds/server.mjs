// A Bluesky personal data server (PDS) for tests, with its own PLC directory.
//
// It promises that every listener is on 127.0.0.1, that this process opens no
// connection to any other machine, and that a data folder can be started again
// with its account, its records and its sessions as they were.

import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import dns from 'node:dns'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'

const LOOPBACK = '127.0.0.1'
const USAGE =
  'usage: server.mjs --data DIR --password WORD [--port N] [--handle NAME.test] [--no-rate-limits]'

// ---------------------------------------------------------------- loopback only

const isLocal = (host) => ['localhost', LOOPBACK, '::1'].includes(host)

function refusal(target) {
  process.stderr.write(`refused to reach ${target}: only loopback is allowed\n`)
  return Object.assign(new Error(`${target} is not on loopback`), { code: 'EACCES' })
}

// The server has features that fetch from anywhere (handle and lexicon
// resolution, OAuth clients). Settings cannot switch all of them off, so
// the sockets themselves refuse.
function confineToLoopback() {
  const connect = net.Socket.prototype.connect
  net.Socket.prototype.connect = function (...args) {
    // The shapes that Node itself passes: [options, callback] already
    // normalised, an options object, a path, or a port with a host.
    const first = Array.isArray(args[0]) ? args[0][0] : args[0]
    const isOptions = typeof first === 'object' && first !== null
    const named = isOptions ? first.host : args[1]
    const host = typeof named === 'string' ? named : 'localhost'
    const isPath = isOptions ? Boolean(first.path) : Number.isNaN(Number(first))
    if (isPath || isLocal(host)) return connect.apply(this, args)
    const error = refusal(host)
    process.nextTick(() => this.destroy(error))
    return this
  }

  const refuseName = (original) =>
    function (name, ...rest) {
      if (isLocal(name)) return original.call(this, name, ...rest)
      const error = refusal(String(name))
      const callback = rest.at(-1)
      if (typeof callback !== 'function') return Promise.reject(error)
      process.nextTick(callback, error)
    }
  for (const owner of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    for (const key in owner) {
      if (/^(lookup|resolve|reverse)/.test(key)) owner[key] = refuseName(owner[key])
    }
  }

  dns.setDefaultResultOrder('ipv4first') // "localhost" as 127.0.0.1
  dgram.createSocket = () => {
    throw refusal('a datagram socket')
  }
  syncBuiltinESMExports()
}

// The caller's environment may name proxies, logging or telemetry targets.
function cleanEnvironment() {
  for (const name of Object.keys(process.env)) {
    if (/proxy|^(AWS|LOG|OTEL|PDS)_/i.test(name)) delete process.env[name]
  }
}

// The modules read the environment and the network functions as they load, so
// this comes after both are set. Standard output carries the ready line alone;
// the PDS logs to a file. The PLC library is loaded first because its own,
// older logger breaks a quick exit when it has a file.
async function loadModules(logFile) {
  const plc = await import('@did-plc/lib')
  Object.assign(process.env, { LOG_ENABLED: 'true', LOG_DESTINATION: logFile })
  return { plc, atproto: await import('@atproto/pds') }
}

// ------------------------------------------------------------------ small pieces

async function listen(handler, port) {
  const server = http.createServer(handler)
  server.listen(port, LOOPBACK)
  await once(server, 'listening')
  return { server, port: server.address().port }
}

// A killed test must never leave half a file.
function writeJson(file, value) {
  fs.writeFileSync(`${file}.new`, JSON.stringify(value, null, 2), { mode: 0o600 })
  fs.renameSync(`${file}.new`, file)
}

function readJson(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null
}

async function bodyJson(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

// ----------------------------------------------------------------- PLC directory

// The part of the did:plc directory that a PDS uses: each identity's log of
// signed operations, checked by the directory's own library. Recovery by
// forking the log is left out.
class PlcDirectory {
  constructor(plc, file) {
    this.plc = plc
    this.file = file
    this.logs = new Map(Object.entries(readJson(file) ?? {}))
  }

  async append(did, operation) {
    const log = [...(this.logs.get(did) ?? []), operation]
    await this.plc.validateOperationLog(did, log)
    this.logs.set(did, log)
    writeJson(this.file, Object.fromEntries(this.logs))
  }

  // Returns [status, body].
  read(did, view) {
    const log = this.logs.get(did)
    if (!log) return [404, { message: `DID not registered: ${did}` }]
    if (view === 'log') return [200, log]
    if (view === 'log/last') return [200, log.at(-1)]
    const data = this.plc.opToData(did, log.at(-1))
    if (!data) return [410, { message: `DID not available: ${did}` }]
    if (view === 'data') return [200, data]
    if (view === '') return [200, this.plc.formatDidDoc(data)]
    return [404, { message: 'Not Found' }]
  }

  async answer(request) {
    const [did, ...rest] = decodeURIComponent(request.url).slice(1).split('/')
    if (request.method === 'GET') return this.read(did, rest.join('/'))
    if (request.method !== 'POST') return [405, { message: 'Method Not Allowed' }]
    try {
      await this.append(did, await bodyJson(request))
      return [200, {}]
    } catch (error) {
      return [400, { message: error.message }]
    }
  }

  handler = async (request, response) => {
    const [status, body] = await this.answer(request).catch((e) => [400, { message: e.message }])
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
}

// ----------------------------------------------------------------------- the PDS

function pdsEnvironment(options, state, port, plcUrl) {
  return {
    port,
    // Lets the server run without https and read its PLC directory on
    // loopback. It also makes the server check its own answers.
    devMode: true,
    hostname: 'localhost',
    serviceDid: 'did:web:localhost',
    serviceHandleDomains: ['.test'],
    dataDirectory: options.data,
    blobstoreDiskLocation: path.join(options.data, 'blobs'),
    blobstoreDiskTmpLocation: path.join(options.data, 'blobs-unfinished'),
    // The server refuses to fetch an address given as numbers.
    didPlcUrl: plcUrl.replace(LOOPBACK, 'localhost'),
    // As on bsky.social: a session tells where the account's server is.
    enableDidDocWithSession: true,
    inviteRequired: false,
    crawlers: [],
    rateLimitsEnabled: !options['no-rate-limits'],
    jwtSecret: state.jwtSecret,
    dpopSecret: state.dpopSecret,
    adminPassword: state.adminPassword,
    plcRotationKeyK256PrivateKeyHex: state.plcRotationKey,
  }
}

async function createPds({ PDS, envToCfg, envToSecrets }, env) {
  const cfg = envToCfg(env)
  // "localhost" may mean ::1 to a client, where nothing listens.
  cfg.service.publicUrl = `http://${LOOPBACK}:${env.port}`
  cfg.oauth.issuer = cfg.service.publicUrl
  return PDS.create(cfg, envToSecrets(env))
}

// The account as { did, handle }; it is made on the first start. The e-mail
// address finds it again after a test renamed it, took it down or closed it.
async function ensureAccount(pds, state, url) {
  const email = `${state.handle.split('.')[0]}@example.com`
  const known = await pds.ctx.accountManager.getAccountByEmail(email, {
    includeDeactivated: true,
    includeTakenDown: true,
  })
  if (known) return known
  const { handle, password } = state
  const response = await fetch(`${url}/xrpc/com.atproto.server.createAccount`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ handle, password, email }),
  })
  const body = await response.json()
  if (!response.ok) throw new Error(`createAccount: ${response.status} ${JSON.stringify(body)}`)
  return body
}

// ------------------------------------------------------------------------- start

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      data: { type: 'string' },
      handle: { type: 'string', default: 'handbill.test' },
      password: { type: 'string' },
      'no-rate-limits': { type: 'boolean', default: false },
    },
  })
  if (!values.data || !values.password) throw new Error(USAGE)
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(USAGE)
  return { ...values, port, data: path.resolve(values.data) }
}

// What must be the same at every start with one data folder. The port counts:
// the account's DID document names it.
function loadState(options) {
  const state = readJson(path.join(options.data, 'state.json'))
  if (!state) {
    const secret = () => randomBytes(32).toString('hex')
    return {
      port: options.port,
      handle: options.handle,
      password: options.password,
      jwtSecret: secret(),
      dpopSecret: secret(),
      adminPassword: secret(),
      plcRotationKey: secret(),
    }
  }
  for (const key of ['port', 'handle', 'password']) {
    const isFree = key === 'port' && options.port === 0
    if (!isFree && options[key] !== state[key]) {
      throw new Error(`${options.data} was made with another ${key}; use that one or an empty folder`)
    }
  }
  return state
}

function stopWhenAsked(stop) {
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.stdin.on('end', stop).on('close', stop).on('error', stop)
  process.stdin.resume()
}

async function main() {
  const options = readOptions()
  fs.mkdirSync(options.data, { recursive: true })
  const state = loadState(options)
  cleanEnvironment()
  confineToLoopback()
  const { plc, atproto } = await loadModules(path.join(options.data, 'pds.log'))

  const directory = await listen(
    new PlcDirectory(plc, path.join(options.data, 'plc.json')).handler,
    0,
  )
  const plcUrl = `http://${LOOPBACK}:${directory.port}`

  // The port must be known before the server is made, so requests that come
  // in between wait for it.
  let opened
  const app = new Promise((resolve) => (opened = resolve))
  const front = await listen((req, res) => app.then((handle) => handle(req, res)), state.port)
  state.port = front.port
  writeJson(path.join(options.data, 'state.json'), state)

  const pds = await createPds(atproto, pdsEnvironment(options, state, front.port, plcUrl))
  await pds.ctx.sequencer.start()
  opened(pds.app)

  let stopping = false
  stopWhenAsked(async () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(0), 3000).unref()
    for (const { server } of [front, directory]) {
      server.close()
      server.closeAllConnections()
    }
    await pds.ctx.destroy()
    process.exit(0)
  })

  const url = `http://${LOOPBACK}:${front.port}`
  const { did, handle } = await ensureAccount(pds, state, url)
  const ready = { pds: url, plc: plcUrl, did, handle, password: state.password }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
}

main().catch((error) => {
  process.stderr.write(`the test PDS did not start: ${error.message}\n`)
  // The log's file opens in the background, and its exit hook throws until then.
  setTimeout(() => process.exit(1), 100)
})
