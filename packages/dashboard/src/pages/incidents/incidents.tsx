export default function Incidents(_props: { id?: string; code?: string; part?: string | undefined }) {
  return <h1>Incidents</h1>
}
