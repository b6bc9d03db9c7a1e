import * as common from './common.ts'
import * as messages from './messages.ts'
import { route } from './route.ts'

/** Who is told of incidents, when, and what it looks like. */
export const messageRoutes = {
  channelPreview: route({
    method: 'GET',
    path: '/channels/{id}/preview',
    access: 'admin',
    summary: 'What a channel’s message looks like',
    query: messages.PreviewQuery,
    response: messages.ChannelPreview,
  }),
  rotas: route({
    method: 'GET',
    path: '/rotas',
    access: 'admin',
    summary: 'Who is on call',
    response: messages.Rotas,
  }),
  rotaAdd: route({
    method: 'POST',
    path: '/rotas',
    access: 'admin',
    summary: 'Add a rota',
    body: messages.RotaBody,
    response: messages.RotaRow,
  }),
  rotaChange: route({
    method: 'PUT',
    path: '/rotas/{id}',
    access: 'admin',
    summary: 'Change a rota',
    body: messages.RotaBody,
    response: messages.RotaRow,
  }),
  rotaDelete: route({
    method: 'DELETE',
    path: '/rotas/{id}',
    access: 'admin',
    summary: 'Remove a rota',
    response: common.Ok,
  }),
} as const
