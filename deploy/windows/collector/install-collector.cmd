@echo off
rem Run once, as administrator, in the folder that holds this file: C:\Program Files\Pumphandle, for example. Makes the data
rem folder, for the system and administrators alone, and a task that starts the collector with Windows and again when it ends.
setlocal
net session >nul 2>&1 || (
  echo Run this as administrator.
  exit /b 1
)
set "DATA=%ProgramData%\Pumphandle"
if not exist "%DATA%" mkdir "%DATA%"
icacls "%DATA%" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-19:(OI)(CI)M *S-1-5-32-544:(OI)(CI)F >nul || exit /b 1
if not exist "%DATA%\pumphandle.env" copy "%~dp0pumphandle.env" "%DATA%\pumphandle.env" >nul
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0register-task.ps1" "%~dp0." || exit /b 1
echo The collector starts now, and with Windows. Its settings: %DATA%\pumphandle.env
