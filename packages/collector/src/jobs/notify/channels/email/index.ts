import { createTransport } from 'nodemailer'
import type { ChannelType, Outcome, Send } from '../../delivery/channel.ts'
import { hostOf, WITHIN_MS } from '../../delivery/deliver.ts'
import { type Message, urgencyOf } from '../../delivery/message.ts'

/** Errors of nodemailer that stay until a person changes a setting. */
const SETTINGS_ERRORS = ['EAUTH', 'EENVELOPE', 'ENOAUTH', 'ETLS']

/** This computer's own server, to which nothing crosses a wire. */
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

const send: Send = async (url, message, { mail }) => {
  if (mail === undefined)
    return { ok: false, permanent: true, reason: 'no mail server is set: PUMPHANDLE_SMTP and PUMPHANDLE_MAIL_FROM' }
  const transport = createTransport(
    {
      url: mail.server,
      // a line that somebody keeps from offering TLS would carry it all in the open
      requireTLS: !LOOPBACK.test(new URL(mail.server).hostname),
      connectionTimeout: WITHIN_MS,
      greetingTimeout: WITHIN_MS,
      socketTimeout: WITHIN_MS,
      // what a message says is text, never the name of a file or page to read
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from: mail.from },
  )
  try {
    await transport.sendMail({
      to: hostOf(url).split(','),
      subject: message.title,
      text: bodyOf(message),
      // mail programs that know it put these on top (RFC 2156 names the values)
      priority: urgencyOf(message) === 'urgent' ? 'high' : 'normal',
      headers: { 'auto-submitted': 'auto-generated' },
      ...(message.incident && threadOf(message.incident.id, mail.from)),
    })
    return { ok: true }
  } catch (error) {
    return failureOf(error, new URL(mail.server).host)
  } finally {
    transport.close()
  }
}

function bodyOf({ text, link, acknowledge }: Message): string {
  const lines = [text, '', link, acknowledge && `Acknowledge it: ${acknowledge}`, '']
  return lines.filter((line) => line !== undefined).join('\n')
}

/** Plain text to the addresses of a `mailto:`. The server's certificate is verified where TLS is used. */
export const email: ChannelType = {
  send,
  look: (message) => `Subject: ${message.title}\n\n${bodyOf(message)}`,
}

/** All messages of an incident hang together in a mail program. */
function threadOf(incident: number, from: string): { references: string } {
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'pumphandle.invalid'
  return { references: `<incident-${incident}@${domain}>` }
}

function failureOf(error: unknown, host: string): Outcome {
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  if (code === 'ETLS')
    return { ok: false, permanent: true, reason: `${host} offers no TLS: use smtps://, or a server on this computer` }
  const isRefused = responseCode !== undefined && responseCode >= 500
  return {
    ok: false,
    permanent: isRefused || SETTINGS_ERRORS.includes(code ?? ''),
    reason:
      responseCode === undefined
        ? `${host} could not be reached: ${code ?? 'unknown'}`
        : `${host} answered ${responseCode}`,
  }
}
