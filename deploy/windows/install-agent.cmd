@echo off
rem Start-up script of a Group Policy. Parameters: the MSI, then its properties, such as
rem   "\\domain\share\pumphandle-agent-0.1.0.msi" COLLECTOR_URL=https://fleet.example ENROLMENT_TOKEN=... SITE=A81001
rem Windows Installer does nothing where that very version is installed, and upgrades where an older one is.
if "%~1"=="" (
  echo Name the MSI and its properties: install-agent.cmd FILE COLLECTOR_URL=https://fleet.example ENROLMENT_TOKEN=... SITE=...
  exit /b 2
)
start "" /wait msiexec /i %* /qn /norestart
exit /b %errorlevel%
