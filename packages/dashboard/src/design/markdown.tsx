import DOMPurify from 'dompurify'
import { marked } from 'marked'
import { useMemo } from 'react'
import './markdown.css'

/** Text that admins write, as Markdown. Cleaned of everything that could run or load: no script, style, image or form. */
const ALLOWED = {
  ALLOWED_TAGS: [
    'h2',
    'h3',
    'h4',
    'p',
    'ul',
    'ol',
    'li',
    'a',
    'strong',
    'em',
    'code',
    'pre',
    'blockquote',
    'br',
    'hr',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
    'del',
  ],
  ALLOWED_ATTR: ['href', 'start'],
}

/** @param whole the text is the page itself: its second headings are the page's. A runbook's stand one below. */
export default function Markdown({ text, whole = false }: { text: string; whole?: boolean }) {
  // the page's own headings are h1 and h2, so a runbook's begin at h3
  const html = useMemo(() => {
    const lowered = whole
      ? text
      : text.replaceAll(/^(#{1,3}) /gm, (_, marks: string) => `${'#'.repeat(Math.min(4, marks.length + 1))} `)
    return DOMPurify.sanitize(marked.parse(lowered, { async: false, gfm: true }), ALLOWED)
  }, [text, whole])
  // oxlint-disable-next-line react/no-danger -- sanitised above
  return <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />
}
