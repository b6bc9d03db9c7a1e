import type { Commons as CommonsAnswer } from '@pumphandle/shared/api'
import { count } from '@pumphandle/shared/words'
import { Facts } from '../../design/facts.tsx'
import { Notice } from '../../design/notice.tsx'
import { Time } from '../../design/time.tsx'
import { Part } from './part.tsx'

/** Whether organisations warn each other here, and what leaves the house for it. */
export default function Commons() {
  return (
    <Part
      title="Other organisations"
      about="Collectors that join a commons tell each other, in rounded counts of five machines and more, how public versions fare. Names, sites and machines never leave the house."
      name="commons"
    >
      {(commons) => (commons.isJoined ? <Joined commons={commons} /> : <Alone />)}
    </Part>
  )
}

function Alone() {
  return (
    <Notice title="This collector takes part in no commons">
      Nothing leaves the house. Set <code>PUMPHANDLE_COMMONS_URL</code> where the collector starts; docs/commons.md says
      each field that is sent then.
    </Notice>
  )
}

function Joined({ commons }: { commons: CommonsAnswer }) {
  const { server, key, sentAt, answeredAt, problem, organisations, warnings } = commons
  return (
    <>
      {problem && (
        <Notice title="The last report was not taken" shape="bang" tone="warn">
          {problem}
        </Notice>
      )}
      <Facts
        wide
        facts={[
          ['Commons', server ?? 'none'],
          ['Key, for whoever runs it', <code key="key">{key ?? 'not made yet'}</code>],
          ['Last sent', sentAt === null ? 'not yet' : <Time key="sent" at={sentAt} />],
          ['Last answer', answeredAt === null ? 'not yet' : <Time key="answered" at={answeredAt} />],
          ['Other organisations heard', count(organisations)],
          ['Warnings that last', count(warnings.filter(({ overAt }) => overAt === null).length)],
        ]}
      />
      <p className="small">
        <a href="/api/v1/commons/report">Exactly what was sent last</a>
      </p>
    </>
  )
}
