import qrcode from 'qrcode-generator'
import { useMemo } from 'react'
import './qr-code.css'

/** Modules of white that the standard asks for around a code, so that cameras find it. */
const QUIET = 4

/** A QR code as one path, black on white in every theme. Error correction M: survives a crease and a poor printer. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const code = qrcode(0, 'M')
    code.addData(text)
    code.make()
    const n = code.getModuleCount()
    let d = ''
    for (let y = 0; y < n; y++)
      for (let x = 0; x < n; x++) if (code.isDark(y, x)) d += `M${x + QUIET} ${y + QUIET}h1v1h-1z`
    return { size: n + 2 * QUIET, path: d }
  }, [text])
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
