import * as z from 'zod'
import * as common from './common.ts'
import { Revoked } from './machines.ts'
import * as people from './people.ts'
import { route } from './route.ts'
import * as settings from './settings.ts'

/** What admins set. */
export const settingsRoutes = {
  settings: route({
    method: 'GET',
    path: '/settings',
    access: 'admin',
    summary: 'Settings',
    response: settings.Settings,
    audited: 'opened',
  }),
  settingsChange: route({
    method: 'PATCH',
    path: '/settings',
    access: 'admin',
    summary: 'Change settings',
    body: settings.SettingsBody,
    response: settings.Settings,
  }),
  runbooks: route({
    method: 'GET',
    path: '/runbooks',
    access: 'viewer',
    summary: 'Runbooks',
    response: settings.Runbooks,
  }),
  runbookPut: route({
    method: 'PUT',
    path: '/runbooks/{id}',
    access: 'admin',
    summary: 'Write a runbook',
    body: settings.RunbookBody,
    response: settings.RunbookRow,
  }),
  runbookDelete: route({
    method: 'DELETE',
    path: '/runbooks/{id}',
    access: 'admin',
    summary: 'Remove a runbook',
    response: common.Ok,
  }),
  channels: route({
    method: 'GET',
    path: '/channels',
    access: 'admin',
    summary: 'Notification channels',
    response: settings.Channels,
    audited: 'opened',
  }),
  channelAdd: route({
    method: 'POST',
    path: '/channels',
    access: 'admin',
    summary: 'Add a channel',
    body: settings.ChannelBody,
    response: settings.ChannelRow,
  }),
  channelTest: route({
    method: 'POST',
    path: '/channels/{id}/test',
    access: 'admin',
    summary: 'Send a test message',
    body: z.object({}),
    response: settings.ChannelRow,
  }),
  channelDelete: route({
    method: 'DELETE',
    path: '/channels/{id}',
    access: 'admin',
    summary: 'Remove a channel',
    response: common.Ok,
  }),
  maintenances: route({
    method: 'GET',
    path: '/maintenance',
    access: 'viewer',
    summary: 'Maintenance windows',
    response: settings.Maintenances,
  }),
  maintenanceAdd: route({
    method: 'POST',
    path: '/maintenance',
    access: 'admin',
    summary: 'Add a maintenance window',
    body: settings.MaintenanceBody,
    response: settings.MaintenanceRow,
  }),
  maintenanceDelete: route({
    method: 'DELETE',
    path: '/maintenance/{id}',
    access: 'admin',
    summary: 'Remove a maintenance window',
    response: common.Ok,
  }),
  enrolmentTokens: route({
    method: 'GET',
    path: '/enrolment-tokens',
    access: 'admin',
    summary: 'Enrolment tokens',
    response: people.EnrolmentTokens,
    audited: 'opened',
  }),
  enrolmentTokenAdd: route({
    method: 'POST',
    path: '/enrolment-tokens',
    access: 'admin',
    summary: 'Make an enrolment token',
    body: people.EnrolmentTokenBody,
    response: people.NewEnrolmentToken,
    showsSecret: true,
  }),
  enrolmentTokenRevoke: route({
    method: 'DELETE',
    path: '/enrolment-tokens/{id}',
    access: 'admin',
    summary: 'Revoke an enrolment token',
    response: common.Ok,
  }),
  enrolmentTokenRevokeMachines: route({
    method: 'POST',
    path: '/enrolment-tokens/{id}/revoke-machines',
    access: 'admin',
    summary: 'Revoke an enrolment token and every machine that was enrolled with it last',
    body: z.object({}),
    response: Revoked,
  }),
} as const
