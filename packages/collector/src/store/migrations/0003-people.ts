import type { Kysely } from 'kysely'
import { createKeyed, type DatabaseKind, index, optional, required, withId } from './columns.ts'

/** People, tokens, and what people set. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  await identities(db, kind)
  await settings(db, kind)
}

async function identities(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  let enrolment = withId(db.schema.createTable('enrolment_token'), kind)
  enrolment = required(enrolment, 'text', 'name', 'token_hash', 'created_by')
  enrolment = required(required(enrolment, 'bigint', 'created_at', 'expires_at'), 'integer', 'uses', 'revoked')
  enrolment = optional(optional(enrolment, 'text', 'site'), 'integer', 'max_uses')
  await enrolment.addUniqueConstraint('enrolment_token_hash', ['token_hash']).execute()

  let user = required(withId(db.schema.createTable('user'), kind), 'text', 'email', 'name', 'role')
  user = optional(required(user, 'bigint', 'created_at'), 'bigint', 'last_seen')
  user = required(optional(user, 'text', 'password_hash'), 'integer', 'disabled')
  await user.addUniqueConstraint('user_email', ['email']).execute()

  const session = db.schema.createTable('session').addColumn('token_hash', 'text', (c) => c.primaryKey())
  await required(session, 'bigint', 'user_id', 'created_at', 'expires_at', 'last_seen').execute()
  await index(db, 'session', 'user_id')

  const link = db.schema.createTable('one_time_link').addColumn('token_hash', 'text', (c) => c.primaryKey())
  await optional(
    required(required(link, 'text', 'role'), 'bigint', 'created_at', 'expires_at'),
    'bigint',
    'user_id',
    'used_at',
  ).execute()

  let token = required(withId(db.schema.createTable('api_token'), kind), 'text', 'name', 'token_hash', 'scope')
  token = required(required(token, 'text', 'created_by'), 'bigint', 'created_at', 'expires_at')
  token = required(optional(token, 'bigint', 'last_used_at'), 'integer', 'revoked')
  await token.addUniqueConstraint('api_token_hash', ['token_hash']).execute()

  const audit = required(withId(db.schema.createTable('audit'), kind), 'bigint', 'at')
  await required(audit, 'text', 'actor', 'action', 'subject', 'detail').execute()
  await index(db, 'audit', 'at')
}

async function settings(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const setting = db.schema.createTable('setting').addColumn('key', 'text', (c) => c.primaryKey())
  await required(required(setting, 'text', 'value', 'updated_by'), 'bigint', 'updated_at').execute()

  const runbook = db.schema.createTable('runbook').addColumn('id', 'text', (c) => c.primaryKey())
  await required(
    required(runbook, 'text', 'title', 'markdown', 'matches', 'updated_by'),
    'bigint',
    'updated_at',
  ).execute()

  let channel = required(withId(db.schema.createTable('channel'), kind), 'text', 'name', 'kind', 'url')
  channel = optional(required(channel, 'integer', 'enabled'), 'bigint', 'last_ok_at')
  await optional(channel, 'text', 'last_error').execute()

  const window = required(withId(db.schema.createTable('maintenance'), kind), 'text', 'title', 'q', 'created_by')
  await required(window, 'bigint', 'from_at', 'until_at').execute()

  let answer = required(db.schema.createTable('idempotency'), 'text', 'key', 'actor', 'request_hash', 'body')
  answer = required(required(answer, 'integer', 'status'), 'bigint', 'created_at')
  await createKeyed(answer.addPrimaryKeyConstraint('idempotency_pk', ['key', 'actor']), kind)
  await index(db, 'idempotency', 'created_at')

  let message = required(withId(db.schema.createTable('notification'), kind), 'bigint', 'incident_id', 'channel_id')
  message = required(required(message, 'text', 'type', 'status'), 'integer', 'attempts')
  message = optional(required(message, 'bigint', 'created_at', 'next_at'), 'bigint', 'sent_at')
  await optional(message, 'text', 'error').execute()
  await index(db, 'notification', 'status', 'next_at')
}
