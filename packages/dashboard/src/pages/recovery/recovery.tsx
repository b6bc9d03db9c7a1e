export default function Recovery(_props: { id?: string; code?: string; part?: string | undefined }) {
  return <h1>Recovery</h1>
}
