# Writes the agent's properties into a transform for Group Policy's software installation:
#   .\make-transform.ps1 pumphandle-agent-0.1.0.msi A81001.mst @{ COLLECTOR_URL = 'https://fleet.example'; ENROLMENT_TOKEN = '...'; SITE = 'A81001' }
# By Windows Installer's own automation interface, https://learn.microsoft.com/windows/win32/msi/automation-interface-reference
param(
  [Parameter(Mandatory)] [string] $Msi,
  [Parameter(Mandatory)] [string] $Transform,
  [Parameter(Mandatory)] [hashtable] $Properties
)
$ErrorActionPreference = 'Stop'
function Call($object, $method, $arguments) {
  $object.GetType().InvokeMember($method, 'InvokeMethod', $null, $object, $arguments)
}
$from = (Resolve-Path $Msi).Path
$to = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Transform)
$copy = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName() + '.msi')
Copy-Item $from $copy
try {
  $installer = New-Object -ComObject WindowsInstaller.Installer
  $original = Call $installer 'OpenDatabase' @($from, 0)
  $changed = Call $installer 'OpenDatabase' @($copy, 1)
  foreach ($name in $Properties.Keys) {
    $value = $Properties[$name].Replace("'", "''")
    foreach ($sql in "DELETE FROM ``Property`` WHERE ``Property``='$name'",
                     "INSERT INTO ``Property`` (``Property``,``Value``) VALUES ('$name','$value')") {
      $view = Call $changed 'OpenView' @($sql)
      Call $view 'Execute' $null | Out-Null
      Call $view 'Close' $null | Out-Null
    }
  }
  Call $changed 'Commit' $null | Out-Null
  Call $changed 'GenerateTransform' @($original, $to) | Out-Null
  Call $changed 'CreateTransformSummaryInfo' @($original, $to, 0, 0) | Out-Null
  Write-Output $to
} finally {
  foreach ($object in $original, $changed, $installer) {
    if ($object) { [Runtime.InteropServices.Marshal]::ReleaseComObject($object) | Out-Null }
  }
  Remove-Item $copy -ErrorAction SilentlyContinue
}
