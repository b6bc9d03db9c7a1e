export default function Machine(_props: { id?: string; code?: string; part?: string | undefined }) {
  return <h1>Machine</h1>
}
