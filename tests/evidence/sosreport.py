"""A sosreport of a small database server, as its collector lays it out. Made up; shapes and proportions as in real ones.

files() gives {path: (format, text)}; the format is what the member must be taken for, None = nothing reads it.
"""
HOST = "db7"
TOP = f"sosreport-{HOST}-2026-03-04-kqzwmrt"
KERNEL = "5.14.0-427.13.1.el9_4.x86_64"
BOOT = 14 * 86400 + 3 * 3600  # seconds that it is up


def meminfo():
    rows = [("MemTotal", 32614720), ("MemFree", 402164), ("MemAvailable", 6120448), ("Buffers", 2108), ("Cached", 6402316),
            ("SwapCached", 10240), ("Active", 4211056), ("Inactive", 24102384), ("Active(anon)", 1201440),
            ("Inactive(anon)", 21102200), ("Active(file)", 3009616), ("Inactive(file)", 3000184), ("Unevictable", 3072),
            ("Mlocked", 0), ("SwapTotal", 4194300), ("SwapFree", 3102208), ("Zswap", 0), ("Zswapped", 0), ("Dirty", 1120),
            ("Writeback", 0), ("AnonPages", 21911020), ("Mapped", 512004), ("Shmem", 391200), ("KReclaimable", 611024),
            ("Slab", 1002044), ("SReclaimable", 611024), ("SUnreclaim", 391020), ("KernelStack", 14336), ("PageTables", 112040),
            ("SecPageTables", 0), ("NFS_Unstable", 0), ("Bounce", 0), ("WritebackTmp", 0), ("CommitLimit", 20501660),
            ("Committed_AS", 27102208), ("VmallocTotal", 34359738367), ("VmallocUsed", 91204), ("VmallocChunk", 0), ("Percpu", 21504),
            ("HardwareCorrupted", 0), ("AnonHugePages", 8192000), ("ShmemHugePages", 0), ("ShmemPmdMapped", 0), ("FileHugePages", 0),
            ("FilePmdMapped", 0), ("CmaTotal", 0), ("CmaFree", 0), ("HugePages_Total", None), ("HugePages_Free", None),
            ("HugePages_Rsvd", None), ("HugePages_Surp", None), ("Hugepagesize", 2048), ("Hugetlb", 0), ("DirectMap4k", 412032),
            ("DirectMap2M", 12169216), ("DirectMap1G", 22020096)]
    return "".join(f"{key + ':':<16}{0 if n is None else n:8d}{' kB' if n is not None else ''}\n" for key, n in rows)


CACHES = [("xfs_inode", 40120, 41280, 1024, 32, 8), ("dentry", 310224, 320880, 192, 42, 2), ("kmalloc-2k", 1804, 1840, 2048, 16, 8),
          ("kmalloc-512", 22104, 23040, 512, 32, 4), ("radix_tree_node", 61020, 62048, 584, 28, 4), ("task_struct", 802, 860, 6784, 4, 8),
          ("filp", 18204, 19264, 256, 32, 2), ("vm_area_struct", 41200, 42240, 208, 39, 2), ("anon_vma", 18880, 19929, 104, 39, 1),
          ("buffer_head", 2106, 4485, 104, 39, 1), ("skbuff_head_cache", 1504, 1664, 256, 32, 2), ("nf_conntrack", 480, 544, 256, 32, 2),
          ("inode_cache", 20104, 20706, 616, 53, 8), ("proc_inode_cache", 8204, 8646, 696, 46, 8), ("sighand_cache", 704, 765, 2112, 15, 8),
          ("signal_cache", 901, 1008, 1152, 28, 8), ("kernfs_node_cache", 81408, 82112, 128, 32, 1), ("pid", 1204, 1280, 128, 32, 1)]


def slabinfo():
    out = ("slabinfo - version: 2.1\n# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables "
           "<limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>\n")
    for name, active, total, size, per, pages in CACHES:
        slabs = -(-total // per)
        out += (f"{name:<18}{active:7d} {total:6d} {size:6d} {per:4d} {pages:4d} : tunables    0    0    0 : slabdata {slabs:6d} "
                f"{slabs:6d}      0\n")
    return out


def slabtop():
    out = (" Active / Total Objects (% used)    : 651920 / 680192 (95.8%)\n Active / Total Slabs (% used)      : 21044 / 21044 (100.0%)\n"
           " Active / Total Caches (% used)     : 118 / 172 (68.6%)\n Active / Total Size (% used)       : 951040.10K / 978203.77K (97.2%)\n"
           " Minimum / Average / Maximum Object : 0.01K / 1.43K / 8.00K\n\n  OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME\n")
    for name, active, total, size, per, pages in CACHES:
        slabs = -(-total // per)
        out += f"{total:6d} {active:6d} {100 * active // total:3d}% {size / 1024:7.2f}K {slabs:6d} {per:8d} {slabs * pages * 4:9d}K {name}\n"
    return out


ZONES = [("DMA", [1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2]), ("DMA32", [11, 9, 10, 6, 5, 3, 3, 2, 2, 3, 290]),
         ("Normal", [9120, 4402, 2011, 802, 210, 44, 12, 3, 0, 0, 0])]


def buddyinfo():
    return "".join(f"Node 0, zone {zone:>8} " + " ".join(f"{n:6d}" for n in counts) + " \n" for zone, counts in ZONES)


def pagetypeinfo():
    out = "Page block order: 9\nPages per block:  512\n\nFree pages count per migrate type at order       0      1      2      3      4      5      6      7      8      9     10 \n"
    for zone, counts in ZONES:
        for share, kind in ((8, "Unmovable"), (1, "Movable"), (16, "Reclaimable"), (0, "HighAtomic"), (0, "CMA"), (0, "Isolate")):
            out += f"Node    0, zone {zone:>8}, type {kind:>12} " + " ".join(f"{n // share if share else 0:6d}" for n in counts) + " \n"
    out += "\nNumber of blocks type     Unmovable      Movable  Reclaimable   HighAtomic          CMA      Isolate \n"
    for i, (zone, _) in enumerate(ZONES):
        out += f"Node 0, zone {zone:>8} " + " ".join(f"{n:12d}" for n in (1 + 60 * i, 7 + 7000 * i, 20 * i, 0, 0, 0)) + " \n"
    return out


def zoneinfo():
    out = ""
    for i, (zone, counts) in enumerate(ZONES):
        free = sum(n << order for order, n in enumerate(counts))
        out += f"Node 0, zone {zone:>8}\n"
        if i == 0:
            out += "  per-node stats\n" + "".join(f"      {key:<12} {n}\n" for key, n in (
                ("nr_inactive_anon", 5275550), ("nr_active_anon", 300360), ("nr_inactive_file", 750046), ("nr_active_file", 752404),
                ("nr_unevictable", 768), ("nr_slab_reclaimable", 152756), ("nr_slab_unreclaimable", 97755), ("nr_isolated_anon", 0),
                ("workingset_refault_anon", 91204), ("workingset_refault_file", 8120440), ("nr_anon_pages", 5477755), ("nr_dirty", 280)))
        out += (f"  pages free     {free}\n        boost    0\n        min      {(8, 690, 16190)[i]}\n        low      {(11, 1400, 24000)[i]}\n"
                f"        high     {(14, 2110, 31810)[i]}\n        spanned  {(4095, 1044480, 7340032)[i]}\n        present  {(3998, 782288, 7340032)[i]}\n"
                f"        managed  {(3840, 759000, 7390840)[i]}\n        cma      0\n        protection: {('(0, 2964, 31835, 31835, 31835)', '(0, 0, 28870, 28870, 28870)', '(0, 0, 0, 0, 0)')[i]}\n"
                f"      nr_free_pages {free}\n      nr_zone_inactive_anon {5275550 * i // 3}\n      nr_mlock     0\n      nr_bounce    0\n")
        out += "  pagesets\n" + "".join(f"    cpu: {cpu}\n              count: {7 + 11 * cpu}\n              high:  8182\n              batch: 63\n"
                                         f"  vm stats threshold: 80\n" for cpu in range(4))
        out += f"  node_unreclaimable:  0\n  start_pfn:           {(1, 4096, 1048576)[i]}\n"
    return out


def vmstat():
    keys = [("nr_free_pages", 100541), ("nr_zone_inactive_anon", 5275550), ("nr_zone_active_anon", 300360), ("nr_mlock", 0), ("numa_hit", 991204110),
            ("numa_miss", 0), ("pgpgin", 2011240110), ("pgpgout", 3120011204), ("pswpin", 22810), ("pswpout", 294012), ("pgalloc_dma32", 9120441),
            ("pgalloc_normal", 1120440210), ("allocstall_normal", 2041), ("allocstall_movable", 3110), ("pgfree", 1129911044), ("pgactivate", 21044011),
            ("pgfault", 2910440112), ("pgmajfault", 91204), ("pgscan_kswapd", 41200440), ("pgscan_direct", 812044), ("pgsteal_kswapd", 40110220),
            ("pgsteal_direct", 791100), ("slabs_scanned", 8120440), ("kswapd_inodesteal", 20110), ("compact_stall", 1204), ("compact_fail", 802),
            ("compact_success", 402), ("oom_kill", 1), ("thp_fault_alloc", 91204), ("thp_fault_fallback", 20110), ("drop_pagecache", 0)]
    return "".join(f"{key} {n}\n" for key, n in keys)


def ps(user_columns):
    heads = {"aux": "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"}
    rows = [("root", 1, 0.0, 0.0, 175204, 14120, "Ss", "/usr/lib/systemd/systemd --switched-root --system --deserialize 31"),
            ("root", 2, 0.0, 0.0, 0, 0, "S", "[kthreadd]"), ("root", 13, 0.0, 0.0, 0, 0, "I", "[kworker/u8:1-events_unbound]"),
            ("root", 612, 0.0, 0.0, 41020, 12044, "Ss", "/usr/lib/systemd/systemd-journald"), ("dbus", 801, 0.0, 0.0, 10240, 4120, "Ss", "/usr/bin/dbus-broker-launch --scope system"),
            ("postgres", 1402, 1.2, 61.8, 22120440, 20164112, "Ssl", "/usr/bin/postmaster -D /var/lib/pgsql/data"),
            ("postgres", 1411, 0.1, 1.2, 8912044, 402116, "Ss", "postgres: checkpointer "), ("root", 1500, 0.0, 0.0, 15812, 9120, "Ss", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"),
            ("chrony", 780, 0.0, 0.0, 84120, 3204, "S", "/usr/sbin/chronyd -F 2"), ("root", 1602, 0.0, 0.0, 225400, 3120, "Ss+", "/sbin/agetty -o -p -- \\u --noclear - linux")]
    out = heads[user_columns]
    for user, pid, cpu, mem, vsz, rss, stat, command in rows:
        out += f"{user:<10}{pid:6d} {cpu:4.1f} {mem:4.1f} {vsz:6d} {rss:5d} ?        {stat:<4} Feb18   0:{pid % 60:02d} {command}\n"
    for i in range(40):
        out += f"postgres  {2000 + i:6d}  0.2  0.1 8912044 {20000 + 113 * i:5d} ?        Ss   Mar04   0:{i % 60:02d} postgres: app shop 10.20.0.{i} idle\n"
    return out


SYSCTL = [("kernel.hostname", HOST), ("kernel.osrelease", KERNEL), ("kernel.pid_max", "4194304"), ("kernel.panic", "0"), ("kernel.shmmax", "18446744073692774399"),
          ("kernel.sem", "32000\t1024000000\t500\t32000"), ("kernel.threads-max", "254716"), ("vm.min_free_kbytes", "67584"), ("vm.overcommit_memory", "0"),
          ("vm.overcommit_ratio", "50"), ("vm.swappiness", "30"), ("vm.nr_hugepages", "0"), ("vm.dirty_ratio", "20"), ("vm.max_map_count", "65530"),
          ("vm.panic_on_oom", "0"), ("vm.watermark_scale_factor", "10"), ("vm.lowmem_reserve_ratio", "256\t256\t32\t0\t0"), ("fs.file-max", "9223372036854775807"),
          ("fs.file-nr", "3104\t0\t9223372036854775807"), ("fs.inotify.max_user_watches", "251234"), ("net.core.somaxconn", "4096"),
          ("net.ipv4.tcp_mem", "381120\t508160\t762240"), ("net.ipv4.tcp_rmem", "4096\t131072\t6291456"), ("net.ipv4.ip_local_port_range", "32768\t60999"),
          ("net.netfilter.nf_conntrack_max", "262144"), ("net.ipv4.neigh.default.gc_thresh3", "1024"), ("crypto.fips_enabled", "0"),
          ("dev.cdrom.info", ""), ("net.ipv4.conf.ens192.rp_filter", "1"), ("user.max_user_namespaces", "127358")]

OOM = f"""postmaster invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0
CPU: 2 PID: 1402 Comm: postmaster Not tainted {KERNEL} #1
Hardware name: VMware, Inc. VMware20,1/440BX Desktop Reference Platform, BIOS VMW201.00V.21805430.B64.2305221830 05/22/2023
Call Trace:
 <TASK>
 dump_stack_lvl+0x34/0x48
 dump_header+0x4a/0x201
 oom_kill_process.cold+0xb/0x10
 out_of_memory+0xed/0x2e0
 __alloc_pages_slowpath.constprop.0+0x6d2/0x8c0
 __alloc_pages+0x1e6/0x230
 </TASK>
Mem-Info:
active_anon:300360 inactive_anon:7275550 isolated_anon:0
 active_file:404 inactive_file:310 isolated_file:0
 unevictable:768 dirty:0 writeback:0
 slab_reclaimable:22756 slab_unreclaimable:97755
 mapped:5004 shmem:97800 pagetables:28010
 sec_pagetables:0 bounce:0
 kernel_misc_reclaimable:0
 free:50541 free_pcp:64 free_cma:0
Node 0 active_anon:1201440kB inactive_anon:29102200kB active_file:1616kB inactive_file:1240kB unevictable:3072kB isolated(anon):0kB isolated(file):0kB mapped:20016kB dirty:0kB writeback:0kB shmem:391200kB shmem_thp: 0kB shmem_pmdmapped: 0kB anon_thp: 8192000kB writeback_tmp:0kB kernel_stack:14336kB pagetables:112040kB sec_pagetables:0kB all_unreclaimable? yes
Node 0 Normal free:64204kB boost:0kB min:64760kB low:96000kB high:127240kB reserved_highatomic:0KB active_anon:1200000kB inactive_anon:26102200kB active_file:1600kB inactive_file:1200kB unevictable:3072kB writepending:0kB present:29360128kB managed:29563360kB mlocked:0kB bounce:0kB free_pcp:256kB local_pcp:64kB free_cma:0kB
lowmem_reserve[]: 0 0 0 0 0
Node 0 Normal: 15051*4kB (UME) 200*8kB (UM) 150*16kB (UM) 0*32kB 0*64kB 0*128kB 0*256kB 0*512kB 0*1024kB 0*2048kB 0*4096kB = 64204kB
Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB
98120 total pagecache pages
120 pages in swap cache
Free swap  = 0kB
Total swap = 4194300kB
8388478 pages RAM
0 pages HighMem/MovableOnly
234798 pages reserved
Tasks state (memory values in pages):
[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
[    612]     0   612    10255     3011    90112      204          -250 systemd-journal
[   1402]    26  1402  7530110  7041028 57344000   801204             0 postmaster
[   1500]     0  1500     3953     2280    69632      120         -1000 sshd
oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/system.slice/postgresql.service,task=postmaster,pid=1402,uid=26
Out of memory: Killed process 1402 (postmaster) total-vm:30120440kB, anon-rss:28012044kB, file-rss:0kB, shmem-rss:152068kB, UID:26 pgtables:56000kB oom_score_adj:0
oom_reaper: reaped process 1402 (postmaster), now anon-rss:0kB, file-rss:0kB, shmem-rss:152068kB
""".splitlines()

START = [f"Linux version {KERNEL} (mockbuild@x86-64-builder.example.com) (gcc (GCC) 11.4.1 20231218) #1 SMP PREEMPT_DYNAMIC Wed Apr 10 10:29:16 EDT 2024",
         f"Command line: BOOT_IMAGE=(hd0,gpt2)/vmlinuz-{KERNEL} root=/dev/mapper/rhel-root ro crashkernel=1G-4G:192M rhgb quiet",
         "BIOS-provided physical RAM map:", "BIOS-e820: [mem 0x0000000000000000-0x000000000009e7ff] usable", "NX (Execute Disable) protection: active",
         "DMI: VMware, Inc. VMware20,1/440BX Desktop Reference Platform, BIOS VMW201.00V.21805430.B64.2305221830 05/22/2023",
         "Hypervisor detected: VMware", "tsc: Detected 2394.374 MHz processor", "Memory: 32514720K/33553912K available (16384K kernel code, 5616K rwdata, 11724K rodata, 3976K init, 5524K bss, 938892K reserved, 0K cma-reserved)",
         "SLUB: HWalign=64, Order=0-3, MinObjects=0, CPUs=4, Nodes=1", "smpboot: Total of 4 processors activated (19154.99 BogoMIPS)",
         "SCSI subsystem initialized", "vmw_pvscsi: using 64bit dma", "sd 0:0:0:0: [sda] Attached SCSI disk", "XFS (dm-0): Mounting V5 Filesystem", "XFS (dm-0): Ending clean mount"]


def dmesg():
    lines = [(i * 0.113, text) for i, text in enumerate(START)]
    lines += [(9.0 + i * 1.7, f"IPv6: ADDRCONF(NETDEV_CHANGE): ens{192 + i}: link becomes ready") for i in range(4)]
    lines += [(1100000.5 + i * 0.001, text) for i, text in enumerate(OOM)]
    return "".join(f"[{at:12.6f}] {text}\n" for at, text in lines)


def messages(day):
    out = ""
    for n in range(220):
        at = f"Mar  {day} {n // 60:02d}:{n % 60:02d}:{7 * n % 60:02d} {HOST} "
        out += at + ("systemd[1]: Starting Session %d of User app." % n, "systemd[1]: Started Session %d of User app." % n,
                     "CROND[%d]: (root) CMD (run-parts /etc/cron.hourly)" % (4000 + n), "postgres[1402]: [%d-1] LOG:  checkpoint complete: wrote %d buffers" % (n, 9 * n),
                     "NetworkManager[880]: <info>  [1772582400.%04d] dhcp4 (ens192): state changed new lease" % n)[n % 5] + "\n"
    for i, text in enumerate(OOM):
        out += f"Mar  {day} 14:30:{i % 60:02d} {HOST} kernel: {text}\n"
    return out


def journal():
    out = f"-- Boot 0d2b9a14b6f14d7b8f0f9a1c22334455 --\n" + "".join(f"Feb 18 11:20:01 {HOST} kernel: {text}\n" for text in START)
    for n in range(200):
        out += f"Mar 04 {n // 10:02d}:{n % 60:02d}:01 {HOST} " + ("systemd[1]: postgresql.service: Consumed %d.%ds CPU time." % (n, n % 10),
                                                                 "sshd[%d]: Accepted publickey for ops from 10.20.0.9 port 50%03d ssh2" % (3000 + n, n),
                                                                 "sudo[%d]:      ops : TTY=pts/0 ; PWD=/home/ops ; USER=root ; COMMAND=/bin/bash" % (3300 + n))[n % 3] + "\n"
    return out


def files():
    sysctl = "".join(f"{key} = {value}\n" for key, value in SYSCTL)
    free = ("               total        used        free      shared  buff/cache   available\n"
            "Mem:        32614720    26494272      402164      391200     6515448     6120448\nSwap:        4194300     1092092     3102208\n")
    os_release = ('NAME="Red Hat Enterprise Linux"\nVERSION="9.4 (Plow)"\nID="rhel"\nID_LIKE="fedora"\nVERSION_ID="9.4"\nPLATFORM_ID="platform:el9"\n'
                  'PRETTY_NAME="Red Hat Enterprise Linux 9.4 (Plow)"\nANSI_COLOR="0;31"\nCPE_NAME="cpe:/o:redhat:enterprise_linux:9::baseos"\n')
    cpuinfo = "".join(f"processor\t: {n}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\nmodel name\t: Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz\n"
                      f"cpu MHz\t\t: 2394.374\ncache size\t: 28160 KB\nflags\t\t: fpu vme de pse tsc msr pae mce cx8 apic sep hypervisor\nbogomips\t: 4788.74\n\n" for n in range(4))
    hostnamectl = (f" Static hostname: {HOST}\n       Icon name: computer-vm\n         Chassis: vm\n      Machine ID: 0a1b2c3d4e5f60718293a4b5c6d7e8f9\n"
                   f"         Boot ID: 0d2b9a14b6f14d7b8f0f9a1c22334455\n  Virtualization: vmware\nOperating System: Red Hat Enterprise Linux 9.4 (Plow)\n"
                   f"     CPE OS Name: cpe:/o:redhat:enterprise_linux:9::baseos\n          Kernel: Linux {KERNEL}\n    Architecture: x86-64\n")
    modules = "Module                  Size  Used by\n" + "".join(f"{name:<19} {size:8d}  {used}\n" for name, size, used in (
        ("xfs", 2441216, 3), ("libcrc32c", 16384, "1 xfs"), ("vmw_balloon", 32768, 0), ("vmw_vsock_vmci_transport", 45056, 1), ("sd_mod", 81920, 4),
        ("vmxnet3", 90112, 0), ("nf_conntrack", 229376, "2 nf_nat,nft_ct"), ("fuse", 212992, 1)))
    every = {
        "date": ("date", "Wed Mar  4 15:40:11 CET 2026\n"),
        "uptime": ("date", " 15:40:11 up 14 days,  3:00,  2 users,  load average: 1.02, 2.10, 4.40\n"),
        "hostname": ("machine", HOST + "\n"),
        "uname": ("log", f"Linux {HOST} {KERNEL} #1 SMP PREEMPT_DYNAMIC Wed Apr 10 10:29:16 EDT 2024 x86_64 x86_64 x86_64 GNU/Linux\n"),
        "free": ("free", free),
        "ps": ("ps", ps("aux")),
        "etc/os-release": ("machine", os_release),
        "etc/redhat-release": ("machine", "Red Hat Enterprise Linux release 9.4 (Plow)\n"),
        "etc/hostname": ("machine", HOST + "\n"),
        "etc/sysctl.conf": ("sysctl", "# local settings\nvm.swappiness = 30\nvm.min_free_kbytes = 67584\n"),
        "proc/meminfo": ("meminfo", meminfo()),
        "proc/slabinfo": ("slabinfo", slabinfo()),
        "proc/buddyinfo": ("buddyinfo", buddyinfo()),
        "proc/pagetypeinfo": ("buddyinfo", pagetypeinfo()),
        "proc/zoneinfo": ("zoneinfo", zoneinfo()),
        "proc/vmstat": ("vmstat", vmstat()),
        "proc/swaps": ("swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/dm-1                               partition\t4194300\t\t1092092\t\t-2\n"),
        "proc/cpuinfo": ("machine", cpuinfo),
        "proc/version": ("kernel-log", f"Linux version {KERNEL} (mockbuild@x86-64-builder.example.com) (gcc (GCC) 11.4.1 20231218) #1 SMP PREEMPT_DYNAMIC Wed Apr 10 10:29:16 EDT 2024\n"),
        "proc/uptime": ("date", f"{BOOT}.11 {4 * BOOT - 90000}.08\n"),
        "proc/net/sockstat": ("sockstat", "sockets: used 421\nTCP: inuse 58 orphan 0 tw 12 alloc 64 mem 21\nUDP: inuse 6 mem 3\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n"),
        "sos_commands/date/date": ("date", "Wed Mar  4 15:40:11 CET 2026\n"),
        "sos_commands/host/hostnamectl_status": ("machine", hostnamectl),
        "sos_commands/kernel/sysctl_-a": ("sysctl", sysctl),
        "sos_commands/kernel/dmesg": ("kernel-log", dmesg()),
        "sos_commands/kernel/lsmod": ("lsmod", modules),
        "sos_commands/memory/free_-m": ("free", free.replace("32614720", "   31850").replace("26494272", "   25873").replace("  402164", "     392").replace("391200", "   382").replace("6515448", "   6362").replace("6120448", "   5976").replace("4194300", "   4095").replace("1092092", "   1066").replace("3102208", "   3029")),
        "sos_commands/memory/slabtop_-o": ("slabinfo", slabtop()),
        "sos_commands/memory/swapon_--bytes_--show": ("free", "NAME      TYPE            SIZE       USED PRIO\n/dev/dm-1 partition 4294963200 1118302208   -2\n"),
        "sos_commands/process/ps_auxwww": ("ps", ps("aux")),
        "sos_commands/logs/journalctl_--no-pager_--boot": ("syslog", journal()),
        "sys/fs/cgroup/memory.stat": ("cgroup", "anon 22120440832\nfile 6402316000\nkernel_stack 14680064\nsock 86016\nshmem 400588800\nanon_thp 8388608000\npgfault 291044011\npgmajfault 91204\n"),
        "var/log/messages": ("syslog", messages(4)),
        "var/log/messages-20260303": ("syslog", messages(3)),
    }
    return {f"{TOP}/{path}": what for path, what in every.items()}
