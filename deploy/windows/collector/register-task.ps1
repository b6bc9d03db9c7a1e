# The task that runs the collector, as LocalService, which may do little: at each start of Windows, for as long as it takes,
# and again a minute after it ended by itself.
param([Parameter(Mandatory)] [string] $Folder)
$ErrorActionPreference = 'Stop'
$command = (Resolve-Path $Folder).Path + '\pumphandle.cmd'
$action = New-ScheduledTaskAction -Execute "$env:SystemRoot\System32\cmd.exe" -Argument "/d /c `"`"$command`" serve`""
$trigger = New-ScheduledTaskTrigger -AtStartup
$who = New-ScheduledTaskPrincipal -UserId 'S-1-5-19' -LogonType ServiceAccount
$how = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) `
  -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -MultipleInstances IgnoreNew
Register-ScheduledTask -TaskName 'Pumphandle collector' -Action $action -Trigger $trigger -Principal $who -Settings $how -Force | Out-Null
Start-ScheduledTask -TaskName 'Pumphandle collector'
