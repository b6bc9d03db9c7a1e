import type { DumpModule } from '../formats/dump/triage.ts'
import type { FileVersion } from '../formats/pe/version.ts'
import { readFileVersion } from '../formats/pe/version.ts'
import { pathInVolume } from '../volume/paths.ts'
import type { Volume } from '../volume/volume.ts'

/**
 * The kernel and what every call passes through: their name at the faulting address tells where the damage was noticed,
 * not who did it, so the search goes on.
 */
const CORE = new Set(
  'ntoskrnl.exe ntkrnlmp.exe ntkrnlpa.exe ntkrpamp.exe hal.dll kd.dll kdcom.dll ci.dll win32k.sys win32kbase.sys win32kfull.sys wdf01000.sys fltmgr.sys ndis.sys verifier.sys verifierext.sys watchdog.sys'.split(
    ' ',
  ),
)

/**
 * Drivers that come with Windows, for volumes where the file itself cannot be asked for its company; one
 * space in front of each and white space behind it. One text, so that a start without a crash builds no table.
 */
const INBOX = `
 acpi.sys acpiex.sys acpipagr.sys acpitime.sys afd.sys afunix.sys agilevpn.sys ahcache.sys amdk8.sys amdppm.sys appid.sys applockerfltr.sys
 ataport.sys atapi.sys basicdisplay.sys basicrender.sys battc.sys bam.sys bindflt.sys beep.sys bfs.sys bootvid.dll bowser.sys bridge.sys bthenum.sys bthport.sys
 bthusb.sys bthpan.sys bttflt.sys cdd.dll cdfs.sys cdrom.sys cea.sys cimfs.sys classpnp.sys cldflt.sys clfs.sys cmbatt.sys cmimcext.sys cng.sys
 compositebus.sys condrv.sys crashdmp.sys crcdisk.sys csc.sys dam.sys dfsc.sys disk.sys drmk.sys dumpfve.sys dxgkrnl.sys dxgmms1.sys
 dxgmms2.sys ehstorclass.sys exfat.sys fastfat.sys fdc.sys fileinfo.sys filecrypt.sys filetrace.sys flpydisk.sys fs_rec.sys fvevol.sys
 fwpkclnt.sys gpuenergydrv.sys hdaudbus.sys hdaudio.sys hidbth.sys hidclass.sys hidi2c.sys hidparse.sys hidspi.sys hidusb.sys http.sys hvservice.sys
 hvsocket.sys hwpolicy.sys i8042prt.sys indirectkmd.sys intelide.sys intelpep.sys intelppm.sys iorate.sys iommu.sys ipnat.sys kbdclass.sys kbdhid.sys kdnic.sys
 ksecdd.sys ksecpkg.sys ks.sys ksthunk.sys lltdio.sys luafv.sys mcupdate.dll mmcss.sys modem.sys monitor.sys mouclass.sys mouhid.sys mountmgr.sys
 mpsdrv.sys mrxdav.sys mrxsmb.sys mrxsmb10.sys mrxsmb20.sys msfs.sys msgpioclx.sys msgpiowin32.sys mshidkmdf.sys msisadrv.sys msiscsi.sys
 mskssrv.sys mslldp.sys msrpc.sys mssecflt.sys mssecwfp.sys mssmbios.sys mup.sys mxdwdrv.dll ndistapi.sys ndisuio.sys ndiswan.sys ndisvirtualbus.sys
 netbios.sys netbt.sys netio.sys npfs.sys npsvctrig.sys nsiproxy.sys ntfs.sys ntosext.sys null.sys nwifi.sys pacer.sys parport.sys partmgr.sys pci.sys
 pciide.sys pciidex.sys pcw.sys pdc.sys peauth.sys portcls.sys processr.sys pshed.dll qwavedrv.sys rasacd.sys rasl2tp.sys raspppoe.sys
 raspptp.sys rassstp.sys rdbss.sys rdpbus.sys rdpdr.sys rdpvideominiport.sys rdyboost.sys refs.sys rspndr.sys scfilter.sys scsiport.sys
 sdbus.sys secdrv.sys serenum.sys serial.sys sgrmagent.sys sleepstudyhelper.sys smb.sys spaceport.sys spaceparser.sys srv.sys srv2.sys srvnet.sys storahci.sys
 stornvme.sys storport.sys storqosflt.sys storufs.sys storvsc.sys swenum.sys tbs.sys tcpip.sys tcpip6.sys tcpipreg.sys tdi.sys tdx.sys terminpt.sys tm.sys tpm.sys
 tsddd.dll tsusbhub.sys tunnel.sys ucx01000.sys ucmcx.sys ucmucsicx.sys udfs.sys uefi.sys umbus.sys umpass.sys urscx01000.sys usbaudio.sys usbccgp.sys usbd.sys
 usbehci.sys usbhub.sys usbhub3.sys usbohci.sys usbport.sys usbprint.sys usbser.sys usbstor.sys usbuhci.sys usbvideo.sys usbxhci.sys vdrvroot.sys vhdmp.sys
 vid.sys vms3cap.sys vmbus.sys vmbkmcl.sys vmbushid.sys vmgid.sys vmstorfl.sys volmgr.sys volmgrx.sys volsnap.sys volume.sys vwifibus.sys vwififlt.sys
 vwifimp.sys wanarp.sys wcifs.sys wcnfs.sys wdboot.sys wdfilter.sys wdfldr.sys wdnisdrv.sys werkernel.sys wfplwfs.sys wimmount.sys
 windowstrustedrt.sys windowstrustedrtproxy.sys winhv.sys winhvr.sys winnat.sys winquic.sys winusb.sys wmilib.sys wmiacpi.sys wof.sys
 wpprecorder.sys wtd.sys wudfpf.sys wudfrd.sys xboxgip.sys hidinterrupt.sys hidir.sys intelpmax.sys ramdisk.sys mssecuserflt.sys p9rdr.sys vmsproxy.sys kbldfltr.sys
 cxapp.sys gm.dls msdmfilter.sys nsi.sys passthruparser.sys rootmdm.sys spldr.sys vga.sys vgapnp.sys videoprt.sys wd.sys discache.sys blbdrive.sys asyncmac.sys tssecsrv.sys
 1394ohci.sys acpidev.sys acpipmi.sys acx01000.sys appvstrm.sys appvvemgr.sys appvvfs.sys bthhfenum.sys bthmodem.sys bthmini.sys btha2dp.sys
 bthl2cap.sys bthavrcptg.sys bthhfhid.sys buttonconverter.sys cad.sys capimg.sys circlass.sys clipsp.sys cnghwassist.sys compbatt.sys ddmdrv.sys
 dmvsc.sys drmkaud.sys ehstortcgdrv.sys errdev.sys fsdepends.sys fxppm.sys genericusbfn.sys hidbatt.sys hidspicx.sys hvcrash.sys hvsocketcontrol.sys
 hyperkbd.sys hypervideo.sys ipfltdrv.sys ipmidrv.sys ipt.sys irda.sys irenum.sys isapnp.sys l2bridge.sys loop.sys lxcore.sys lxss.sys mausbhost.sys
 mausbip.sys mbbcx.sys microsoft.bluetooth.avrcptransport.sys microsoft.bluetooth.legacy.leenumerator.sys mpio.sys msahci.sys msdsm.sys
 mshidumdf.sys mshwnclx.sys mspclock.sys mspqm.sys msquic.sys mstee.sys mtconfig.sys ndiscap.sys ndisimplatform.sys ndkping.sys ndproxy.sys ndu.sys
 netadaptercx.sys netvsc.sys netvsc63.sys nvdimm.sys parvdm.sys pcmcia.sys pktmon.sys pmem.sys pnpmem.sys portcfg.sys pvhdparser.sys rdpcdd.sys
 rdpencdd.sys rdprefmp.sys rdpwd.sys rdvgkmd.sys refsv1.sys rfcomm.sys rhproxy.sys sbp2port.sys scmbus.sys sdfrd.sys sdstor.sys sercx.sys sercx2.sys
 sermouse.sys sffdisk.sys sffp_mmc.sys sffp_sd.sys sfloppy.sys smbdirect.sys spatialgraphfilter.sys spbcx.sys storvsp.sys synth3dvsc.sys tdpipe.sys
 tdtcp.sys termdd.sys tsusbflt.sys tsusbgd.sys uaspstor.sys ucmtcpcicx.sys ucmucsi.sys ucmucsiacpiclient.sys udecx.sys uevagentdriver.sys
 ufx01000.sys ufxchipidea.sys ufxsynopsys.sys urschipidea.sys urssynopsys.sys usbaudio2.sys usbcir.sys vfpext.sys vhdparser.sys vhf.sys vmbkmclr.sys
 vmbusr.sys vmgencounter.sys vmsproxyhnic.sys vmswitch.sys vpci.sys vpcivsp.sys wacompen.sys wdiwifi.sys wdmcompanionfilter.sys wdnsfltr.sys
 dedup.sys msseccore.sys nvmedisk.sys prjflt.sys unionfs.sys winsetupmon.sys wfpcapture.sys wfplwf.sys wpcfltr.sys wpdupfltr.sys ws2ifsl.sys xinputhid.sys uiomap.sys
`

function isListed(name: string): boolean {
  return INBOX.includes(` ${name} `) || INBOX.includes(` ${name}\n`)
}

/** Windows makes these copies of the storage drivers for writing the dump itself. */
const DUMP_COPY = /^dump_/i
/** Defender loads its driver from its definitions' folder, with a number in its name. */
const DEFENDER_COPY = /^mpksl\w*\.sys$/i

export function isCore(name: string): boolean {
  return CORE.has(name.toLowerCase())
}

/** Whether a driver of this file name comes with Windows. */
export function isInbox(name: string): boolean {
  return CORE.has(name.toLowerCase()) || isListed(name.toLowerCase())
}

/** Asks the files of loaded modules who made them, each once. */
export class ModuleFiles {
  readonly #volume: Volume
  readonly #known = new Map<string, FileVersion | undefined>()

  constructor(volume: Volume) {
    this.#volume = volume
  }

  version(module: Pick<DumpModule, 'path'>): FileVersion | undefined {
    if (this.#known.has(module.path)) return this.#known.get(module.path)
    const reader = this.#volume.open(pathInVolume(module.path))
    const version = reader && readFileVersion(reader)
    reader?.close()
    this.#known.set(module.path, version)
    return version
  }

  /** Whether a module is part of Windows: by its file's company, or by its name where the file is not at hand. */
  isMicrosoft(module: Pick<DumpModule, 'name' | 'path'>): boolean {
    const name = module.name.toLowerCase()
    if (CORE.has(name) || DUMP_COPY.test(name) || DEFENDER_COPY.test(name)) return true
    const company = this.version(module)?.company
    return company === undefined ? isListed(name) : /microsoft/i.test(company)
  }
}
