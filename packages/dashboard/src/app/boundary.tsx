import { Component } from 'react'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'

/** Catches a fault of the page itself, or a part of it that the collector no longer serves after an upgrade. */
export class Boundary extends Component<{ children: React.ReactNode }, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined }
  static getDerivedStateFromError(error: Error) {
    return { error }
  }
  override render() {
    if (!this.state.error) return this.props.children
    return (
      <div className="page" role="alert">
        <Notice title="This page failed" shape="bang" tone="warn">
          <p>
            Reload it; if the collector was upgraded a moment ago, that is the reason. If it fails again, send this line
            to whoever keeps Pumphandle: <code>{this.state.error.message}</code>
          </p>
          <p>
            <Button onClick={() => location.reload()}>Reload</Button>
          </p>
        </Notice>
      </div>
    )
  }
}
