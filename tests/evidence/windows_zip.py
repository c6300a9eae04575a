"""What a desk gets of a Windows file server and the machine that backs it up: one zip, written by many tools in many encodings.

files() gives {path: (format, host, bytes)}; host None = the member does not tell one.
"""
SERVER, BACKUP = "FS04", "BKP1"


def wide(text):
    return b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le")


def dos(text, encoding="utf-8"):
    return text.replace("\n", "\r\n").encode(encoding)


TAGS = [("Mtxb", "Nonp", 9912044, 812044, 104857600), ("Toke", "Paged", 4410221, 4408120, 3121152), ("MmSt", "Paged", 921104, 880220, 62914560),
        ("NtfF", "Paged", 221044, 210440, 11534336), ("FMfn", "Paged", 812044, 790220, 8388608), ("File", "Nonp", 99120441, 99080220, 14680064),
        ("Thre", "Nonp", 81204, 79110, 4194304), ("Even", "Nonp", 7120441, 7100220, 2097152), ("Irp ", "Nonp", 912044, 910220, 1048576),
        ("Pool", "Nonp", 4, 0, 8192), ("CM31", "Paged", 41204, 30110, 50331648), ("Ttfd", "Paged", 12044, 11020, 2097152),
        ("AfdE", "Nonp", 20441, 18220, 524288), ("TcpE", "Nonp", 10441, 8220, 786432), ("Vad ", "Nonp", 412044, 380220, 5242880)]


def poolmon(n):
    out = (f" Memory:16776692K Avail: {9123456 - 70000 * n}K  PageFlts:  {1234 + n}   InRam Krnl: 9120K P:310212K\n"
           f" Commit:8123456K Limit:33551234K Peak:9123456K            Pool N:{230212 + 10240 * n}K P:352212K\n"
           " System pool information\n Tag  Type     Allocs            Frees            Diff    Bytes      Per Alloc\n\n")
    for tag, pool, allocs, frees, size in TAGS:
        if tag == "Mtxb":
            allocs, size = allocs + 888000 * n, size + 10485760 * n
        diff = allocs - frees
        out += f" {tag} {pool:<5} {allocs:12d} ({1204 + n:4d}) {frees:12d} ({1104 + n:4d}) {diff:9d} {size:10d} ({64 * n:6d}) {size // diff:8d}\n"
    return dos(out)


SERVICES = ["System Idle Process", "System", "smss.exe", "csrss.exe", "wininit.exe", "services.exe", "lsass.exe", "svchost.exe", "svchost.exe",
            "spoolsv.exe", "dfsrs.exe", "mailscan.exe", "explorer.exe", "taskhostw.exe", "WmiPrvSE.exe", "msdtc.exe", "vmtoolsd.exe"]


def tasklist():
    out = "\nImage Name                     PID Session Name        Session#    Mem Usage\n========================= ======== ================ =========== ============\n"
    for i, name in enumerate(SERVICES):
        out += f"{name:<25} {4 * i:8d} {'Services' if i < 12 else 'Console':<16} {0 if i < 12 else 1:11d} {(8 + 4012 * i):10,d} K\n"
    return dos(out)


def get_process():
    out = "\nHandles  NPM(K)    PM(K)      WS(K)     CPU(s)     Id  SI ProcessName\n-------  ------    -----      -----     ------     --  -- -----------\n"
    for i, name in enumerate(SERVICES):
        out += f"{120 + 31 * i:7d} {6 + 3 * i:7d} {1204 + 810 * i:8d} {4012 + 900 * i:10d} {0.25 * i:10.2f} {4 * i:6d} {0 if i < 12 else 1:3d} {name.removesuffix('.exe')}\n"
    return wide(out)


def wmic():
    out = "Node,CommandLine,HandleCount,Name,ProcessId,ThreadCount,WorkingSetSize\n"
    for i, name in enumerate(SERVICES):
        out += f"{SERVER},C:\\Windows\\{name} -k a{',b' * (i % 3)},{120 + 31 * i},{name},{4 * i},{3 + i},{4108288 + 921600 * i}\n"
    return b"\xff\xfe" + out.replace("\n", "\r\r\n").encode("utf-16-le")


def pdh():
    paths = ["Memory\\Pool Nonpaged Bytes", "Memory\\Pool Paged Bytes", "Memory\\Committed Bytes", "Memory\\Available MBytes", "Process(mailscan)\\Handle Count",
             "Process(mailscan)\\Private Bytes", "System\\System Up Time"]
    out = '"(PDH-CSV 4.0) (W. Europe Standard Time)(-60)",' + ",".join(f'"\\\\{SERVER}\\{p}"' for p in paths) + "\n"
    for n in range(40):
        row = [235737088 + 262144 * n, 360665088, 8318418944 + 1048576 * n, 8909 - n, 12805 + 50 * n, 41943040 + 4096 * n, 864000 + 15 * n]
        cells = [" "] * 7 if n == 0 else [str(c) for c in row]
        out += f'"03/04/2026 15:{n // 4:02d}:{15 * (n % 4):02d}.123",' + ",".join(f'"{c}"' for c in cells) + "\n"
    return dos(out)


def system_xml():
    out = ""
    for n in range(30):
        name, number, level, data = (("srv", 2019, 2, "<Data>\\Device\\LanmanServer</Data>"), ("Service Control Manager", 7036, 4, "<Data Name='param1'>VSS</Data><Data Name='param2'>running</Data>"),
                                     ("Microsoft-Windows-Kernel-General", 16, 4, "<Data Name='HiveName'>\\??\\C:\\Users\\ops\\NTUSER.DAT</Data>"))[n % 3]
        out += (f"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{name}'/><EventID Qualifiers='0'>{number}</EventID>"
                f"<Version>0</Version><Level>{level}</Level><Task>0</Task><Keywords>0x80000000000000</Keywords><TimeCreated SystemTime='2026-03-04T14:{n:02d}:11.0000000Z'/>"
                f"<EventRecordID>{4711 + n}</EventRecordID><Channel>System</Channel><Computer>{SERVER}.example.com</Computer><Security/></System>"
                f"<EventData>{data}</EventData></Event>")
    return wide(f"<?xml version=\"1.0\" encoding=\"UTF-16\" standalone=\"yes\"?>\n<Events>{out}</Events>\n")


def application_csv():
    out = "Level,Date and Time,Source,Event ID,Task Category\n"
    for n in range(30):
        out += (f"Information,3/{4 + n % 9}/2026 2:{n:02d}:09 PM,ESENT,326,General,\"svchost (1104,D,50) The database engine attached a database (1, C:\\data\\{n}.edb).\n\n"
                f"Internal Timing Sequence: [1] 0.00{n}.\"\n" if n % 3 else f"Error,3/{14 + n % 9}/2026 2:{n:02d}:09 PM,VSS,8193,None,\"Volume Shadow Copy Service error: Unexpected error calling routine CoCreateInstance.  hr = 0x8007045b, A system shutdown is in progress.\n.\"\n")
    return ("\ufeff" + out).replace("\n", "\r\n").encode("utf-8")


def event_text():
    out = ""
    for n in range(12):
        out += (f"Log Name:      System\nSource:        Microsoft-Windows-Resource-Exhaustion-Detector\nDate:          04/03/2026 14:{n:02d}:09\nEvent ID:      2004\n"
                f"Task Category: Resource Exhaustion Diagnosis Events\nLevel:         Warning\nKeywords:      Events related to exhaustion of system commit limit (virtual memory).\n"
                f"User:          SYSTEM\nComputer:      {SERVER}.example.com\nDescription:\nWindows successfully diagnosed a low virtual memory condition. The following programs consumed the most virtual memory: "
                f"mailscan.exe ({1528}) consumed {8589934592 + n} bytes, w3wp.exe (2204) consumed 1073741824 bytes, and svchost.exe (1104) consumed 536870912 bytes.\n\n")
    return dos(out)


def systeminfo(host, extra=""):
    return f"""
Host Name:                 {host}
OS Name:                   Microsoft Windows Server 2019 Standard
OS Version:                10.0.17763 N/A Build 17763
OS Manufacturer:           Microsoft Corporation
OS Configuration:          Member Server
OS Build Type:             Multiprocessor Free
Registered Owner:          Windows User
Registered Organization:
Product ID:                00429-70000-00000-AA123
Original Install Date:     3/11/2024, 9:12:44 AM
System Boot Time:          2/18/2026, 11:20:01 AM
System Manufacturer:       VMware, Inc.
System Model:              VMware7,1
System Type:               x64-based PC
Processor(s):              2 Processor(s) Installed.
                           [01]: Intel64 Family 6 Model 85 Stepping 7 GenuineIntel ~2394 Mhz
                           [02]: Intel64 Family 6 Model 85 Stepping 7 GenuineIntel ~2394 Mhz
BIOS Version:              VMware, Inc. VMW71.00V.18227214.B64.2106252220, 6/25/2021
Windows Directory:         C:\\Windows
System Directory:          C:\\Windows\\system32
Boot Device:               \\Device\\HarddiskVolume2
System Locale:             en-us;English (United States)
Input Locale:              en-us;English (United States)
Time Zone:                 (UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna
Total Physical Memory:     16,383 MB
Available Physical Memory: 8,909 MB
Virtual Memory: Max Size:  32,765 MB
Virtual Memory: Available: 24,832 MB
Virtual Memory: In Use:    7,933 MB
Page File Location(s):     C:\\pagefile.sys
Domain:                    example.com
Logon Server:              \\\\DC1
Hotfix(s):                 3 Hotfix(s) Installed.
                           [01]: KB5034619
                           [02]: KB4512577
                           [03]: KB5034768
Network Card(s):           1 NIC(s) Installed.
                           [01]: vmxnet3 Ethernet Adapter
                                 Connection Name: Ethernet0
                                 DHCP Enabled:    No
                                 IP address(es)
                                 [01]: 10.20.0.14
                                 [02]: fe80::2
Hyper-V Requirements:      A hypervisor has been detected. Features required for Hyper-V will not be displayed.
{extra}"""


def windbg():
    return dos("""0: kd> !vm 1
*** Virtual Memory Usage ***
\tPhysical Memory:          4194173 (   16776692 Kb)
\tPage File: \\??\\C:\\pagefile.sys
\t  Current:  16776692 Kb  Free Space:  15876692 Kb
\t  Minimum:  16776692 Kb  Maximum:     50330076 Kb
\tAvailable Pages:          2280755 (    9123020 Kb)
\tResAvail Pages:           3920441 (   15681764 Kb)
\tLocked IO Pages:                0 (          0 Kb)
\tFree System PTEs:      4295012044 (17180048176 Kb)
\tModified Pages:             81204 (     324816 Kb)
\tModified PF Pages:          80220 (     320880 Kb)
\tNonPagedPool Usage:         57553 (     230212 Kb)
\tNonPagedPool Max:         3130114 (   12520456 Kb)
\tPagedPool 0 Usage:          70441 (     281764 Kb)
\tPagedPool Usage:            88053 (     352212 Kb)
\tPagedPool Maximum:       33554432 (  134217728 Kb)
\tSession Commit:              8120 (      32480 Kb)
\tShared Commit:              41204 (     164816 Kb)
\tSpecial Pool:                   0 (          0 Kb)
\tPages For MDLs:              2044 (       8176 Kb)
\tDriver Commit:               4120 (      16480 Kb)
\tCommitted pages:          2030864 (    8123456 Kb)
\tCommit limit:             8387808 (   33551232 Kb)
0: kd> !poolused 2
...............
 Sorting by NonPaged Pool Consumed

               NonPaged                  Paged
 Tag     Allocs         Used     Allocs         Used

 Mtxb   9100000    104857600          0            0\tUNKNOWN pooltag 'Mtxb', please update pooltag.txt
 File     40221     14680064          0            0\tFile objects 
 Vad      31824      5242880          0            0\tMm virtual address descriptors , Binary: nt!mm
 Thre      2094      4194304          0            0\tThread objects , Binary: nt!ps
TOTAL   9181044    235737088     204410    360665088
""")


def vssadmin():
    out = "vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool\n(C) Copyright 2001-2013 Microsoft Corp.\n\n"
    for i, name in enumerate(("Task Scheduler Writer", "VSS Metadata Store Writer", "System Writer", "SqlServerWriter", "WMI Writer", "Registry Writer")):
        bad = name == "SqlServerWriter"
        out += (f"Writer name: '{name}'\n   Writer Id: {{d61d61c8-d73a-4eee-8cdd-f6f9786b71{i:02d}}}\n   Writer Instance Id: {{1bddd48e-5052-49db-9b07-b96f96727e{i:02d}}}\n"
                f"   State: [{8 if bad else 1}] {'Failed' if bad else 'Stable'}\n   Last error: {'Non-retryable error' if bad else 'No error'}\n\n")
    return dos(out)


def robocopy():
    out = ("\n-------------------------------------------------------------------------------\n   ROBOCOPY     ::     Robust File Copy for Windows                              \n"
           "-------------------------------------------------------------------------------\n\n  Started : Wednesday, March 4, 2026 2:00:01 PM\n   Source : D:\\share\\\n     Dest : \\\\BKP1\\copy\\\n\n"
           "    Files : *.*\n\n  Options : *.* /S /E /DCOPY:DA /COPY:DAT /R:2 /W:5 \n\n------------------------------------------------------------------------------\n\n")
    for n in range(20):
        out += f"\t                   {n + 1:4d}\tD:\\share\\d{n}\\\n\t    New File  \t\t {4096 + n:8d}\treport{n}.xlsx\n"
    out += "2026/03/04 14:10:11 ERROR 1450 (0x000005AA) Copying File D:\\share\\d3\\big.vhdx\nInsufficient system resources exist to complete the requested service.\n\n"
    out += ("------------------------------------------------------------------------------\n\n               Total    Copied   Skipped  Mismatch    FAILED    Extras\n    Dirs :        21        20         1         0         0         0\n"
            "   Files :        21        20         0         0         1         0\n   Bytes :  81920000  81900000         0         0     20000         0\n   Times :   0:10:10   0:09:58                       0:00:00   0:00:12\n   Ended : Wednesday, March 4, 2026 2:10:12 PM\n")
    return dos(out)


def errorlog():
    out = "2026-03-04 13:00:01.12 Server      Microsoft SQL Server 2019 (RTM-CU25) (KB5033688) - 15.0.4355.3 (X64) \n\tJan 30 2024 17:02:22 \n\tCopyright (C) 2019 Microsoft Corporation\n\tStandard Edition (64-bit) on Windows Server 2019 Standard 10.0 <X64> (Build 17763: ) (Hypervisor)\n\n"
    out += f"2026-03-04 13:00:01.14 Server      Server process ID is 4120.\n2026-03-04 13:00:01.14 Server      The machine name is {BACKUP}.\n"
    for n in range(30):
        out += (f"2026-03-04 13:{n:02d}:11.40 Logon       Login failed for user 'app{n}'. Reason: Password did not match that for the login provided. [CLIENT: 10.20.0.{n}]\n" if n % 2 else
                f"2026-03-04 13:{n:02d}:09.22 spid{20 + n}s     Starting up database 'shop{n}'.\n")
    out += "2026-03-04 13:40:09.22 spid51      There is insufficient system memory in resource pool 'internal' to run this query.\n2026-03-04 13:40:09.22 spid51      Error: 701, Severity: 17, State: 123.\n"
    return wide(out)


def httperr():
    out = "#Software: Microsoft HTTP API 2.0\n#Version: 1.0\n#Date: 2026-03-04 13:00:00\n#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status s-siteid s-reason s-queuename\n"
    for n in range(40):
        out += f"2026-03-04 13:{n:02d}:01 10.20.0.{n} {50000 + n} 10.20.0.14 80 HTTP/1.1 GET /app/{n} - {503 if n % 5 == 0 else '-'} {1 if n % 5 == 0 else '-'} {'QueueFull' if n % 5 == 0 else 'Timer_ConnectionIdle'} {'DefaultAppPool' if n % 5 == 0 else '-'}\n"
    return dos(out)


def backup_log():
    out = ""
    for n in range(60):
        out += f"2026-03-04 02:{n:02d}:{11 + n % 40} [4120] INFO  backupd: object {n} of job nightly: {4096 + n} blocks sent\n"
    out += "2026-03-04 03:00:01 [4120] ERROR backupd: CreateFile failed: 0x800705AA (Insufficient system resources exist to complete the requested service)\n"
    return dos(out)


def files():
    return {
        f"{SERVER}/systeminfo.txt": ("systeminfo", SERVER, dos(systeminfo(SERVER))),
        f"{SERVER}/poolmon-1.txt": ("poolmon", SERVER, poolmon(0)),
        f"{SERVER}/poolmon-2.txt": ("poolmon", SERVER, poolmon(1)),
        f"{SERVER}/poolmon-3.txt": ("poolmon", SERVER, poolmon(2)),
        f"{SERVER}/tasklist.txt": ("tasklist", SERVER, tasklist()),
        f"{SERVER}/get-process.txt": ("get-process", SERVER, get_process()),
        f"{SERVER}/wmic-process.csv": ("get-process", SERVER, wmic()),
        f"{SERVER}/perf.csv": ("perfmon", SERVER, pdh()),
        f"{SERVER}/System.xml": ("event-xml", SERVER, system_xml()),
        f"{SERVER}/Application.csv": ("event-csv", SERVER, application_csv()),
        f"{SERVER}/events.txt": ("event-text", SERVER, event_text()),
        f"{SERVER}/kd.txt!vm_1": ("windbg-vm", SERVER, None),
        f"{SERVER}/kd.txt!poolused_2": ("poolused", SERVER, windbg()),
        f"{SERVER}/vss.txt": ("vss", SERVER, vssadmin()),
        f"{SERVER}/robocopy.log": ("robocopy", SERVER, robocopy()),
        f"{SERVER}/httperr1.log": ("httperr", SERVER, httperr()),
        f"{BACKUP}/systeminfo.txt": ("systeminfo", BACKUP, dos(systeminfo(BACKUP), "cp850")),
        f"{BACKUP}/ERRORLOG": ("sql-errorlog", BACKUP, errorlog()),
        f"{BACKUP}/backup.log": ("log", BACKUP, backup_log()),
    }
