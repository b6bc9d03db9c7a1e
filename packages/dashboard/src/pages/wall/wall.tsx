export default function Wall(_props: { id?: string; code?: string; part?: string | undefined }) {
  return <h1>Wall</h1>
}
