export default function Practice(_props: { id?: string; code?: string; part?: string | undefined }) {
  return <h1>Practice</h1>
}
