export default function Sensors(_props: { id?: string; code?: string; part?: string | undefined }) {
  return <h1>Sensors</h1>
}
