export default function Incident(_props: { id?: string; code?: string; part?: string | undefined }) {
  return <h1>Incident</h1>
}
