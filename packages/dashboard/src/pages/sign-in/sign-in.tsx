export default function S() {
  return <h1>Sign in</h1>
}
