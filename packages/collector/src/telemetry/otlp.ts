import { AsyncLocalStorage } from 'node:async_hooks'
import { hostname } from 'node:os'
import {
  type Context,
  ROOT_CONTEXT,
  SeverityNumber,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace as spans,
  TraceFlags,
} from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Clock } from '@pumphandle/shared/clock'
import type { DestinationStream } from 'pino'
import type { Config } from '../config/index.ts'
import type { Ended, Trace } from '../log/trace.ts'
import { VERSION } from '../model/version.ts'

/** What waits to be sent; what comes when it is full is left out. A span is some 2 kB. */
const MOST_WAITING = 2048
const BATCH = 512
const EVERY_MS = 2_000
/** A receiver that takes longer has failed. */
const WITHIN_MS = 10_000
/** The longest value that is told; SQL may be longer. */
const MOST_CHARACTERS = 1_000

/** W3C Trace Context, version 00. */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/

const SEVERITY: Readonly<Record<number, SeverityNumber>> = {
  10: SeverityNumber.TRACE,
  20: SeverityNumber.DEBUG,
  30: SeverityNumber.INFO,
  40: SeverityNumber.WARN,
  50: SeverityNumber.ERROR,
  60: SeverityNumber.FATAL,
}

/** What is sent by itself: many a receiver takes traces and no logs. */
type Signal = 'traces' | 'logs'

/** Traces and logs that leave by OTLP. */
export interface Telemetry {
  readonly trace: Trace
  /** Where the log goes, line by line: to `beside`, and out. */
  tee(beside: DestinationStream): DestinationStream
  /** Told when the receiver does not take one of them any more, with the reason, and without one when it does again. */
  onState(told: (signal: Signal, why: string | undefined) => void): void
  /** Sends what waits, within ten seconds, and ends. */
  close(): Promise<void>
}

/** The OpenTelemetry SDK, set up. Loaded where PUMPHANDLE_OTLP_URL is set, and nowhere else. */
export function openTelemetry({ url, headers }: NonNullable<Config['otlp']>, clock: Clock): Telemetry {
  const failing = new Set<Signal>()
  let told: (signal: Signal, why: string | undefined) => void = () => undefined
  const heard = (signal: Signal) => (error: Error | undefined) => {
    const why = error && (error.message || error.name)
    if (failing.has(signal) === (why !== undefined)) return
    if (why === undefined) failing.delete(signal)
    else failing.add(signal)
    told(signal, why)
  }
  const to = (signal: Signal) => ({ url: `${url}/v1/${signal}`, headers, timeoutMillis: WITHIN_MS })
  const queue = {
    maxQueueSize: MOST_WAITING,
    maxExportBatchSize: BATCH,
    scheduledDelayMillis: EVERY_MS,
    exportTimeoutMillis: WITHIN_MS,
  }
  const resource = resourceFromAttributes({
    'service.name': 'pumphandle',
    'service.version': VERSION,
    'host.name': hostname(),
  })
  const provider = new TracerProvider({
    resource,
    // who asks must not decide whether the answer is traced
    sampler: new AlwaysOnSampler(),
    spanLimits: { attributeValueLengthLimit: MOST_CHARACTERS },
    spanProcessors: [
      new BatchSpanProcessor({ ...queue, exporter: watched(new OTLPTraceExporter(to('traces')), heard('traces')) }),
    ],
  })
  const logs = new LoggerProvider({
    resource,
    logRecordLimits: { attributeValueLengthLimit: MOST_CHARACTERS },
    processors: [
      new BatchLogRecordProcessor({ ...queue, exporter: watched(new OTLPLogExporter(to('logs')), heard('logs')) }),
    ],
  })
  const tracer = provider.getTracer('pumphandle', VERSION)
  const logger = logs.getLogger('pumphandle', VERSION)
  const within = new AsyncLocalStorage<Context>()

  const took = (parent: Context, name: string, ms: number, how: Ended): void => {
    const now = clock.now()
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, startTime: new Date(now - ms) }, parent)
    end(span, how, now)
  }
  return {
    trace: {
      request(parent, run) {
        const span = tracer.startSpan(
          'request',
          { kind: SpanKind.SERVER, startTime: new Date(clock.now()) },
          remote(parent),
        )
        within.run(spans.setSpan(ROOT_CONTEXT, span), () => run((how) => end(span, how, clock.now())))
      },
      took: (name, ms, how) => took(within.getStore() ?? ROOT_CONTEXT, name, ms, how),
      asked(name, ms, how) {
        const parent = within.getStore()
        if (parent) took(parent, name, ms, how)
      },
    },
    tee: (beside) => ({
      write(line) {
        beside.write(line)
        const { level, time, msg, ...rest } = JSON.parse(line) as { level: number; time: number; msg?: string }
        logger.emit({
          timestamp: new Date(time),
          severityNumber: SEVERITY[level] ?? SeverityNumber.INFO,
          body: msg ?? '',
          attributes: flat(rest),
          context: within.getStore() ?? ROOT_CONTEXT,
        })
      },
    }),
    onState(listener) {
      told = listener
    },
    async close() {
      // what cannot be sent any more is no reason to end otherwise
      await Promise.allSettled([provider.shutdown(), logs.shutdown()])
    },
  }
}

function end(span: Span, { name, attributes, hasFailed }: Ended, at: number): void {
  if (name !== undefined) span.updateName(name)
  if (attributes) span.setAttributes(attributes)
  if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end(new Date(at))
}

/** Another program's span, where its word can be read. */
function remote(traceparent: string | undefined): Context {
  const [, traceId, spanId] = TRACEPARENT.exec(traceparent ?? '') ?? []
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT
  return spans.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true })
}

/** Attributes are flat; what is deeper becomes JSON. */
function flat(fields: object): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]: [string, unknown]) => {
      if (value === null || value === undefined) return []
      const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      return [[name, isPlain ? value : JSON.stringify(value)]]
    }),
  )
}

interface Exporter<T> {
  export(items: T, done: (result: { code: number; error?: Error }) => void): void
}

/** The same exporter, whose outcomes somebody hears. */
function watched<T, E extends Exporter<T>>(exporter: E & Exporter<T>, heard: (error: Error | undefined) => void): E {
  const send = exporter.export.bind(exporter)
  exporter.export = (items, done) =>
    send(items, (result) => {
      heard(result.code === 0 ? undefined : (result.error ?? new Error('refused')))
      done(result)
    })
  return exporter
}
