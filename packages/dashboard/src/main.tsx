import { createRoot } from 'react-dom/client'
import './design/base.css'
import './design/table.css'
import './design/segments.css'
import './design/tokens.css'
import './design/utilities.css'
import { App } from './app/app.tsx'
import { keepFocus } from './design/keep-focus.ts'

const root = document.getElementById('root')
keepFocus(document)
if (root) createRoot(root).render(<App />)
