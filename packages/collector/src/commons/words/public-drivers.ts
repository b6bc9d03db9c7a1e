/**
 * Kernel drivers of makers of common hardware and virtual machines, in lower case; `*` stands for any letters and digits.
 * They come with millions of computers, so that having one says nothing of who has it.
 */
const DRIVERS = [
  // graphics: NVIDIA, Intel, AMD
  'nvlddmkm.sys',
  'igdkmd*.sys',
  'igfx*.sys',
  'amdkmdag.sys',
  'atikmdag.sys',
  'atikmpag.sys',
  // network: Realtek, Intel, Broadcom, Qualcomm, MediaTek, Killer
  'rt640x64.sys',
  'rtcx21x64.sys',
  'rtwlan*.sys',
  'e1d*.sys',
  'e1i*.sys',
  'e2f*.sys',
  'netwtw*.sys',
  'netwbw*.sys',
  'ibtusb.sys',
  'bcmwl63a.sys',
  'b57nd60a.sys',
  'athw*.sys',
  'mtkwl6ex.sys',
  // storage: Intel, AMD, Samsung
  'iastor*.sys',
  'rcbottom.sys',
  'secnvme.sys',
  // sound: Realtek, Intel, Conexant
  'rtkvhd64.sys',
  'intcaudiobus.sys',
  'intcazaud.sys',
  'chdrt64.sys',
  // chipsets and management engines: Intel, AMD
  'teedriverw*.sys',
  'heci*.sys',
  'amdpsp.sys',
  'esif_lf.sys',
  // docking and displays: DisplayLink; touchpads: Synaptics, Elan
  'dlcdcncm*.sys',
  'synptp.sys',
  'etd.sys',
  // virtual machines: VMware, Oracle, Red Hat, Citrix
  'vmxnet3.sys',
  'vm3dmp.sys',
  'vboxguest.sys',
  'viostor.sys',
  'netkvm.sys',
  'xenvbd.sys',
]

const PATTERN = new RegExp(
  `^(?:${DRIVERS.map((name) => name.replaceAll('.', '\\.').replaceAll('*', '[a-z0-9_]*')).join('|')})$`,
)

export const isPublicDriver = (file: string): boolean => PATTERN.test(file.toLowerCase())
