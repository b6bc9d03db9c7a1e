export default function Sheet(_props: { id?: string; code?: string; part?: string | undefined }) {
  return <h1>Sheet</h1>
}
