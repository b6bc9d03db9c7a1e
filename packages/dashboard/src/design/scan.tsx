import { useEffect, useRef, useState } from 'react'
import { browserClock } from '../clock.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import './scan.css'

/** What a browser that can read codes offers; TypeScript's own library does not know it yet. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}
type DetectorClass = new (options?: { formats: string[] }) => Detector

/** The sheet's code, and what makers and owners print on cases. */
const FORMATS = ['qr_code', 'code_128', 'code_39', 'data_matrix', 'ean_13']
/** A look takes some 20 ms on a telephone; a hand holds still for longer than this. */
const LOOK_MS = 250

const detectorClass = () => (window as { BarcodeDetector?: DetectorClass }).BarcodeDetector

interface Props {
  onCode: (text: string) => void
  /** What to do where the browser reads no codes, said on a telephone alone: at a desk nobody looks for it. */
  without?: string
}

/** Reads a code by the camera, where the browser can. */
export function Scan({ onCode, without }: Props) {
  const [open, setOpen] = useState(false)
  if (!detectorClass() || !navigator.mediaDevices?.getUserMedia)
    return without ? <span className="scan-without quiet">{without}</span> : null
  return (
    <>
      <Button onClick={() => setOpen(true)}>Scan a code</Button>
      {open && (
        <Dialog title="Hold the code before the camera" onClose={() => setOpen(false)}>
          <Camera
            onCode={(text) => {
              setOpen(false)
              onCode(text)
            }}
          />
        </Dialog>
      )}
    </>
  )
}

function Camera({ onCode }: { onCode: (text: string) => void }) {
  const video = useRef<HTMLVideoElement>(null)
  const [failed, setFailed] = useState(false)
  const found = useRef(onCode)
  useEffect(() => {
    found.current = onCode
  })
  useEffect(() => {
    const Class = detectorClass()
    if (!Class) return
    const detector = new Class({ formats: FORMATS })
    let stream: MediaStream | undefined
    let stop = () => undefined as void
    let ended = false
    const look = async () => {
      const [code] = video.current ? await detector.detect(video.current).catch(() => []) : []
      if (code && !ended) found.current(code.rawValue)
    }
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: 'environment' } })
      .then((got) => {
        stream = got
        if (ended || !video.current) return got.getTracks().forEach((track) => track.stop())
        video.current.srcObject = got
        stop = browserClock.every(LOOK_MS, () => void look())
      })
      .catch(() => setFailed(true))
    return () => {
      ended = true
      stop()
      stream?.getTracks().forEach((track) => track.stop())
    }
  }, [])
  if (failed) return <p role="alert">The camera cannot be used. Allow it for this page, or type the name instead.</p>
  return (
    // a picture of what the camera sees, without sound
    // oxlint-disable-next-line jsx-a11y/media-has-caption
    <video ref={video} className="scan-video" autoPlay playsInline muted aria-label="What the camera sees" />
  )
}
