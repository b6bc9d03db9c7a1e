@echo off
rem The command line, with the collector's settings. An administrator's console is needed for what works on the data folder.
setlocal
set "PUMPHANDLE_DATA=%ProgramData%\Pumphandle\data"
set "SETTINGS=%ProgramData%\Pumphandle\pumphandle.env"
if exist "%SETTINGS%" (
  "%~dp0node.exe" "--env-file=%SETTINGS%" "%~dp0app\pumphandle.js" %*
) else (
  "%~dp0node.exe" "%~dp0app\pumphandle.js" %*
)
exit /b %errorlevel%
