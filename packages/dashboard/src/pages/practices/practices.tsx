export default function Practices(_props: { id?: string; code?: string; part?: string | undefined }) {
  return <h1>Practices</h1>
}
