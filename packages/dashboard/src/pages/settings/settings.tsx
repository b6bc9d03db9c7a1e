export default function Settings(_props: { id?: string; code?: string; part?: string | undefined }) {
  return <h1>Settings</h1>
}
