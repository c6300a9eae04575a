#!/usr/bin/env python3
"""Builds input/ and bundle.zip of this case. Every number that matters is worked out here, not copied.

A Virtuozzo node on Windows Server 2003 x86 with 16 logical CPUs: the nonpaged pool holds 251 of 256 MB.
TPLA holds 5.2 MB per CPU, NDpp 61 MB, Drre 14 MB of the 40 MB it may have. Containers stop starting and the
backup of ct101 fails with 1450.
"""
import os, zipfile

MB = 1 << 20
HERE = os.path.dirname(os.path.abspath(__file__))

# tag, type, bytes per block, blocks held, frees so far. Allocs = frees + blocks.
ROWS = [
    ("TPLA", "Nonp", 87033, 1000, 24),            # 83.0 MB = 5.2 MB x 16 CPUs
    ("NDpp", "Nonp", 65536, 976, 118),            # 61.0 MB
    ("MmCm", "Nonp", 262144, 36, 11),
    ("Drre", "Nonp", 4096, 3584, 901733),         # 14.0 MB
    ("File", "Nonp", 184, 62311, 88120944),
    ("Thre", "Nonp", 640, 11820, 1904771),
    ("Pool", "Nonp", 32768, 226, 3),
    ("Irp ", "Nonp", 672, 9422, 311094412),
    ("AfdC", "Nonp", 416, 12805, 7719034),
    ("TCPC", "Nonp", 640, 7714, 2810446),
    ("MmCa", "Nonp", 112, 41903, 6610288),
    ("Even", "Nonp", 48, 83120, 41087713),
    ("Ntfr", "Nonp", 64, 52418, 12990374),
    ("Devi", "Nonp", 2048, 1511, 812),
    ("EtwB", "Nonp", 65536, 44, 20),
    ("LSwi", "Nonp", 16384, 160, 0),
    ("Vadl", "Nonp", 64, 36700, 19002183),
    ("Mdl ", "Nonp", 256, 7811, 9928811),
    ("Port", "Nonp", 168, 9120, 1730021),
    ("Tdx ", "Nonp", 512, 2411, 180377),
    ("Sema", "Nonp", 56, 20411, 3310023),
    ("Muta", "Nonp", 80, 13022, 2100415),
    ("VoSm", "Nonp", 131072, 62, 190),
    ("NDam", "Nonp", 262144, 18, 0),
    ("MmSt", "Paged", 3072, 21333, 6411822),
    ("Ntff", "Paged", 816, 41022, 7719382),
    ("CM31", "Paged", 4096, 5120, 711),
    ("ObNm", "Paged", 64, 30211, 41192773),
    ("IoNm", "Paged", 112, 61190, 83320178),
    ("Toke", "Paged", 1408, 3110, 1802213),
    ("Key ", "Paged", 104, 18873, 90112004),
    ("Gh05", "Paged", 3800, 711, 92110),
    ("Usqm", "Paged", 48, 1022, 4401922),
    ("Sect", "Paged", 112, 12044, 3391028),
]


def poolmon():
    nonpaged = 251 * 1024                     # K, as the header says
    paged = sum(b * n for t, k, b, n, f in ROWS if k == "Paged") // 1024 + 9120
    out = [f" Memory: 4193788K Avail: 1403552K  PageFlts:914322107   InRam Krnl:15100K P:{paged - 21500}K",
           f" Commit:2861024K Limit:6057404K Peak:3310880K            Pool N:{nonpaged}K P:{paged}K",
           "", " Tag  Type     Allocs            Frees            Diff    Bytes      Per Alloc", ""]
    for tag, kind, each, held, frees in sorted(ROWS, key=lambda r: -r[2] * r[3]):
        out.append(f" {tag} {kind:5}{held + frees:12}{frees:15}{held:14}{each * held:12}{each:12}")
    return "\r\n".join(out) + "\r\n"


SYSTEMINFO = """
Host Name:                 VZ1
OS Name:                   Microsoft(R) Windows(R) Server 2003, Enterprise Edition
OS Version:                5.2.3790 Service Pack 2 Build 3790
OS Manufacturer:           Microsoft Corporation
OS Configuration:          Standalone Server
OS Build Type:             Multiprocessor Free
Registered Owner:          operations
Registered Organization:   Example Hosting
Product ID:                69763-000-0000000-40001
Original Install Date:     3/2/2010, 10:12:40 AM
System Up Time:            41 Days, 6 Hours, 12 Minutes, 9 Seconds
System Manufacturer:       Example Systems
System Model:              R720x
System Type:               X86-based PC
Processor(s):              16 Processor(s) Installed.
                           [01]: x86 Family 6 Model 26 Stepping 5 GenuineIntel ~2533 Mhz
BIOS Version:              EXSYS  - 20100112
Windows Directory:         C:\\WINDOWS
System Directory:          C:\\WINDOWS\\system32
Boot Device:               \\Device\\HarddiskVolume1
System Locale:             en-us;English (United States)
Input Locale:              en-us;English (United States)
Time Zone:                 (GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna
Total Physical Memory:     4,095 MB
Available Physical Memory: 1,370 MB
Page File: Max Size:       5,915 MB
Page File: Available:      3,121 MB
Page File: In Use:         2,794 MB
Page File Location(s):     C:\\pagefile.sys
Domain:                    WORKGROUP
Logon Server:              \\\\VZ1
Hotfix(s):                 2 Hotfix(s) Installed.
                           [01]: File 1
                           [02]: KB914961 - Service Pack
Network Card(s):           2 NIC(s) Installed.
                           [01]: Example Gigabit Adapter
"""

# image, pid, session (= container on this product), mem K, paged K, nonpaged K, handles, threads
PROCESSES = [
    ("System", 4, 0, 312, 0, 1, 9120, 412), ("svchost.exe", 1012, 0, 21404, 130, 31, 1711, 61),
    ("vzservice.exe", 1604, 0, 18220, 96, 14, 911, 33), ("lsass.exe", 744, 0, 14120, 112, 22, 1120, 41),
    ("w3wp.exe", 5120, 101, 84120, 210, 41, 2110, 58), ("named.exe", 5344, 101, 22140, 74, 12, 1804, 9),
    ("svchost.exe", 5012, 101, 9210, 62, 9, 812, 24), ("sqlservr.exe", 6128, 102, 210440, 180, 36, 1402, 71),
    ("w3wp.exe", 6410, 102, 61120, 190, 33, 1611, 44), ("svchost.exe", 6004, 102, 8820, 60, 9, 790, 22),
    ("ftpsvc.exe", 7110, 103, 6120, 44, 7, 402, 11), ("w3wp.exe", 7202, 103, 58010, 188, 30, 1502, 40),
]


def taskmgr():
    rows = ["Image Name\tPID\tSession ID\tMem Usage\tPaged Pool\tNP Pool\tHandles\tThreads"]
    for name, pid, session, mem, paged, nonpaged, handles, threads in PROCESSES:
        rows.append(f"{name}\t{pid}\t{session}\t{mem:,} K\t{paged:,} K\t{nonpaged:,} K\t{handles:,}\t{threads}")
    return "\r\n".join(rows) + "\r\n"


def event(record, time, event_id, level=2, data="\\Device\\LanmanServer", binary=None):
    return ("<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Srv'/>"
            f"<EventID Qualifiers='49152'>{event_id}</EventID><Level>{level}</Level><Task>0</Task>"
            "<Keywords>0x80000000000000</Keywords>"
            f"<TimeCreated SystemTime='{time}'/><EventRecordID>{record}</EventRecordID><Channel>System</Channel>"
            f"<Computer>VZ1</Computer><Security/></System><EventData><Data>{data}</Data>"
            + (f"<Binary>{binary}</Binary>" if binary else "") + "</EventData></Event>\r\n")


def system_xml():
    # An I/O error-log packet in little-endian DWORDs: event code at 0x0C, NTSTATUS C000009A at 0x14.
    packet = lambda event_id: "0000040001005400000000" + "00" + f"{event_id & 255:02X}{event_id >> 8:02X}00C0" \
        + "00000000" + "9A0000C0" + "00" * 20
    out = ["<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n<Events>\r\n"]
    out.append("<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
               "<Provider Name='Service Control Manager'/><EventID Qualifiers='16384'>7036</EventID><Level>4</Level>"
               "<Task>0</Task><Keywords>0x80000000000000</Keywords><TimeCreated SystemTime='2012-03-14T01:00:03Z'/>"
               "<EventRecordID>88101</EventRecordID><Channel>System</Channel><Computer>VZ1</Computer><Security/>"
               "</System><EventData><Data>Virtual Disk Service</Data><Data>running</Data></EventData></Event>\r\n")
    record = 88102
    for i in range(14):                       # every three minutes from 01:11:40
        minute = 11 + 3 * i
        out.append(event(record, f"2012-03-14T{1 + minute // 60:02}:{minute % 60:02}:40Z", 2019, binary=packet(2019)))
        record += 1
    out.append("</Events>\r\n")
    return "".join(out)


VZCTL = """C:\\>vzctl start 101
Starting container ...
Parallels Virtuozzo Containers API function call 'VZVolumeMountExW' failed (D:\\vz\\Private\\101\\root.efd, {7d1c0f52-3a58-4b0e-9a36-1f0d6c2be901}) err = 1450\x20
Parallels Virtuozzo Containers API function call 'dq_mount' failed\x20
Cannot set disk quota for container 101
Cannot mount disk for container 101

C:\\>vzctl start 103
Starting container ...
Parallels Virtuozzo Containers API function call 'VzkrnlStartVps' failed dwErr=0x00000008
Container 103 is not started
"""

BACKUP = """* Operation backup_env with the Env(s) ct101 is started
* Backing up environment ct101 to store2
* Checking parameters
* Dumping quota
* Operation backup_env with the Env(s) ct101 is finished with errors:\x20
Failed to backup partition Acronis Error: Module=7 Code=4, "Write error"{=0}, Tag=0\x20
Acronis Error: Module=4 Code=3, "Error writing the file."{function="WriteFile"}, Tag=41c07d9a22e0b613\x20
Acronis Error: Module=0 Code=fff0, "Insufficient system resources exist to complete the requested service."{code=ffffffff800705aa}, Tag=bd28fdbd64edb81a .
Backup operation for node 'vz1' failed: Failed to backup partition Acronis Error: Module=7 Code=4, "Write error"{=0}, Tag=0\x20
Acronis Error: Module=4 Code=3, "Error writing the file."{function="WriteFile"}, Tag=41c07d9a22e0b613\x20
Acronis Error: Module=0 Code=fff0, "Insufficient system resources exist to complete the requested service."{code=ffffffff800705aa}, Tag=bd28fdbd64edb81a
"""


def files():
    crlf = lambda text: text.replace("\n", "\r\n").encode()
    return {
        "systeminfo.txt": crlf(SYSTEMINFO),
        "poolmon.txt": poolmon().encode(),
        "taskmgr.txt": taskmgr().encode("utf-16"),
        "system.xml": system_xml().encode("utf-8-sig"),
        "vzctl.txt": crlf(VZCTL),
        "backup.log": crlf(BACKUP),
    }


def main():
    os.makedirs(os.path.join(HERE, "input"), exist_ok=True)
    with zipfile.ZipFile(os.path.join(HERE, "bundle.zip"), "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in sorted(files().items()):
            with open(os.path.join(HERE, "input", name), "wb") as file:
                file.write(data)
            info = zipfile.ZipInfo(name, (2012, 3, 14, 4, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            bundle.writestr(info, data)
    listed = sum(b * n for t, k, b, n, f in ROWS if k == "Nonp")
    assert listed <= 251 * MB, listed
    print(f"nonpaged rows sum to {listed / MB:.1f} MB of 251 MB")


if __name__ == "__main__":
    main()
