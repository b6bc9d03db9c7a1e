@echo off
rem Run as administrator, in the folder that holds this file: C:\Program Files\Pumphandle, for example. Makes the data folder, for
rem the system and administrators alone, and the service "pumphandle", which starts with Windows and again when it fails. Run
rem again after an upgrade it changes nothing that was set.
setlocal
set "DATA=%ProgramData%\Pumphandle"
rem users may make folders there: one that somebody had prepared becomes the administrators'
if exist "%DATA%" (
  icacls "%DATA%" /setowner *S-1-5-32-544 /t /q >nul
  icacls "%DATA%" /reset /t /q >nul
)
if not exist "%DATA%\data" mkdir "%DATA%\data"
icacls "%DATA%" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-19:(OI)(CI)M *S-1-5-32-544:(OI)(CI)F >nul
if errorlevel 1 goto refused
if not exist "%DATA%\pumphandle.env" copy "%~dp0pumphandle.env" "%DATA%\pumphandle.env" >nul
rem up to 0.2.0 it was a scheduled task
schtasks /end /tn "Pumphandle collector" >nul 2>&1
schtasks /delete /tn "Pumphandle collector" /f >nul 2>&1
set "PROGRAM=\"%~dp0node.exe\" \"--env-file-if-exists=%DATA%\pumphandle.env\" \"%~dp0app\service.js\" \"%DATA%\collector.log\" --data \"%DATA%\data\""
set VERB=config
sc query pumphandle >nul 2>&1
if errorlevel 1 set VERB=create
rem LocalService may do little, on this computer and elsewhere
sc %VERB% pumphandle binPath= "%PROGRAM%" start= auto obj= "NT AUTHORITY\LocalService" DisplayName= "Pumphandle collector" >nul
if errorlevel 1 goto refused
sc description pumphandle "Hears the agents of practices' computers, and shows what broke them." >nul
sc failure pumphandle reset= 86400 actions= restart/1000/restart/10000/restart/60000 >nul
rem also where it says that it failed, as with a wrong setting
sc failureflag pumphandle 1 >nul
sc start pumphandle >nul
echo The collector starts now, and with Windows. Its settings: %DATA%\pumphandle.env, its log: %DATA%\collector.log
exit /b 0
:refused
echo Windows refused. Run this as administrator.
exit /b 1
