/* SPDX-License-Identifier: Apache-2.0 */
#include "counter_names.h"

#include "cells.h"
#include "limits.h"

/* English first, then as German, French, Spanish, Italian, Portuguese, Russian, Chinese and Japanese
 * systems write them, squeezed as cell_key does. The last two mostly keep the English names. */
static const struct {
    str english, key;
} objects[] = {
    /* clang-format off: a table */
    { STR_INIT("Memory"), STR_INIT("memory") }, { STR_INIT("Memory"), STR_INIT("arbeitsspeicher") },
    { STR_INIT("Memory"), STR_INIT("speicher") }, { STR_INIT("Memory"), STR_INIT("mémoire") },
    { STR_INIT("Memory"), STR_INIT("memoria") }, { STR_INIT("Memory"), STR_INIT("memória") },
    { STR_INIT("Memory"), STR_INIT("Память") }, { STR_INIT("Memory"), STR_INIT("内存") },
    { STR_INIT("Memory"), STR_INIT("メモリ") }, { STR_INIT("Process"), STR_INIT("process") },
    { STR_INIT("Process"), STR_INIT("processv2") }, { STR_INIT("Process"), STR_INIT("prozess") },
    { STR_INIT("Process"), STR_INIT("processus") }, { STR_INIT("Process"), STR_INIT("proceso") },
    { STR_INIT("Process"), STR_INIT("processo") }, { STR_INIT("Process"), STR_INIT("Процесс") },
    { STR_INIT("Process"), STR_INIT("进程") }, { STR_INIT("Process"), STR_INIT("プロセス") },
    { STR_INIT("System"), STR_INIT("system") }, { STR_INIT("System"), STR_INIT("système") },
    { STR_INIT("System"), STR_INIT("sistema") }, { STR_INIT("System"), STR_INIT("Система") },
    { STR_INIT("System"), STR_INIT("系统") }, { STR_INIT("System"), STR_INIT("システム") },
    { STR_INIT("Objects"), STR_INIT("objects") }, { STR_INIT("Objects"), STR_INIT("objekte") },
    { STR_INIT("Objects"), STR_INIT("objets") }, { STR_INIT("Objects"), STR_INIT("objetos") },
    { STR_INIT("Objects"), STR_INIT("oggetti") }, { STR_INIT("Objects"), STR_INIT("Объекты") },
    { STR_INIT("Objects"), STR_INIT("对象") }, { STR_INIT("Objects"), STR_INIT("オブジェクト") },
    { STR_INIT("Paging File"), STR_INIT("pagingfile") },
    { STR_INIT("Paging File"), STR_INIT("auslagerungsdatei") },
    { STR_INIT("Paging File"), STR_INIT("fichierdéchange") },
    { STR_INIT("Paging File"), STR_INIT("archivodepaginación") },
    { STR_INIT("Paging File"), STR_INIT("filedipaging") },
    { STR_INIT("Paging File"), STR_INIT("arquivodepaginação") },
    { STR_INIT("Paging File"), STR_INIT("Файлподкачки") },
    { STR_INIT("Paging File"), STR_INIT("分页文件") },
    { STR_INIT("Paging File"), STR_INIT("ページングファイル") },
    { STR_INIT("Processor"), STR_INIT("processor") },
    { STR_INIT("Processor"), STR_INIT("prozessor") },
    { STR_INIT("Processor"), STR_INIT("processeur") },
    { STR_INIT("Processor"), STR_INIT("procesador") },
    { STR_INIT("Processor"), STR_INIT("processore") },
    { STR_INIT("Processor"), STR_INIT("processador") },
    { STR_INIT("Processor"), STR_INIT("Процессор") }, { STR_INIT("Processor"), STR_INIT("处理器") },
    { STR_INIT("Processor"), STR_INIT("プロセッサ") }, { STR_INIT("TCPv4"), STR_INIT("tcpv4") },
    { STR_INIT("TCPv6"), STR_INIT("tcpv6") }, { STR_INIT("Group Memory"), STR_INIT("groupmemory") },
    /* clang-format on */
};

/* Counters mean the same in every object that has them. */
static const struct {
    str english, key;
} counters[] = {
    /* clang-format off: a table */
    { STR_INIT("Pool Nonpaged Bytes"), STR_INIT("nichtauslagerungsseitenbytes") },
    { STR_INIT("Pool Nonpaged Bytes"), STR_INIT("nichtauslagerbareseitenbytes") },
    { STR_INIT("Pool Nonpaged Bytes"), STR_INIT("octetsderéservenonpaginée") },
    { STR_INIT("Pool Nonpaged Bytes"), STR_INIT("octetsdepoolnonpaginés") },
    { STR_INIT("Pool Nonpaged Bytes"), STR_INIT("bytesdebloquenopaginado") },
    { STR_INIT("Pool Nonpaged Bytes"), STR_INIT("bytedelpoolnondipaging") },
    { STR_INIT("Pool Nonpaged Bytes"), STR_INIT("bytedipoolnondipaging") },
    { STR_INIT("Pool Nonpaged Bytes"), STR_INIT("bytesdepoolnãopaginável") },
    { STR_INIT("Pool Nonpaged Bytes"), STR_INIT("bytesdepoolnãopaginado") },
    { STR_INIT("Pool Nonpaged Bytes"), STR_INIT("Байтвневыгружаемомстраничномпуле") },
    { STR_INIT("Pool Nonpaged Bytes"), STR_INIT("Байтвневыгружаемомпуле") },
    { STR_INIT("Pool Nonpaged Bytes"), STR_INIT("非分页池字节数") },
    { STR_INIT("Pool Nonpaged Bytes"), STR_INIT("非ページプールバイト数") },
    { STR_INIT("Pool Paged Bytes"), STR_INIT("auslagerungsseitenbytes") },
    { STR_INIT("Pool Paged Bytes"), STR_INIT("auslagerbareseitenbytes") },
    { STR_INIT("Pool Paged Bytes"), STR_INIT("octetsderéservepaginée") },
    { STR_INIT("Pool Paged Bytes"), STR_INIT("octetsdepoolpaginés") },
    { STR_INIT("Pool Paged Bytes"), STR_INIT("bytesdebloquepaginado") },
    { STR_INIT("Pool Paged Bytes"), STR_INIT("bytedelpooldipaging") },
    { STR_INIT("Pool Paged Bytes"), STR_INIT("bytedipooldipaging") },
    { STR_INIT("Pool Paged Bytes"), STR_INIT("bytesdepoolpaginável") },
    { STR_INIT("Pool Paged Bytes"), STR_INIT("bytesdepoolpaginado") },
    { STR_INIT("Pool Paged Bytes"), STR_INIT("Байтввыгружаемомстраничномпуле") },
    { STR_INIT("Pool Paged Bytes"), STR_INIT("Байтввыгружаемомпуле") },
    { STR_INIT("Pool Paged Bytes"), STR_INIT("分页池字节数") },
    { STR_INIT("Pool Paged Bytes"), STR_INIT("ページプールバイト数") },
    { STR_INIT("Committed Bytes"), STR_INIT("zugesichertebytes") },
    { STR_INIT("Committed Bytes"), STR_INIT("octetsvalidés") },
    { STR_INIT("Committed Bytes"), STR_INIT("octetsdédiés") },
    { STR_INIT("Committed Bytes"), STR_INIT("bytesconfirmados") },
    { STR_INIT("Committed Bytes"), STR_INIT("bytevincolati") },
    { STR_INIT("Committed Bytes"), STR_INIT("bytesconfirmados") },
    { STR_INIT("Committed Bytes"), STR_INIT("Байтвыделеннойвиртуальнойпамяти") },
    { STR_INIT("Committed Bytes"), STR_INIT("提交的字节数") },
    { STR_INIT("Committed Bytes"), STR_INIT("已提交的字节数") },
    { STR_INIT("Committed Bytes"), STR_INIT("コミット済みバイト数") },
    { STR_INIT("Commit Limit"), STR_INIT("zusicherungsgrenze") },
    { STR_INIT("Commit Limit"), STR_INIT("limitedevalidation") },
    { STR_INIT("Commit Limit"), STR_INIT("limitedemémoiredédiée") },
    { STR_INIT("Commit Limit"), STR_INIT("límitedeconfirmación") },
    { STR_INIT("Commit Limit"), STR_INIT("limitedimemoriavincolata") },
    { STR_INIT("Commit Limit"), STR_INIT("limitedeconfirmação") },
    { STR_INIT("Commit Limit"), STR_INIT("Пределвыделеннойвиртуальнойпамяти") },
    { STR_INIT("Commit Limit"), STR_INIT("提交限制") },
    { STR_INIT("Commit Limit"), STR_INIT("コミット制限") },
    { STR_INIT("Available Bytes"), STR_INIT("verfügbarebytes") },
    { STR_INIT("Available Bytes"), STR_INIT("octetsdisponibles") },
    { STR_INIT("Available Bytes"), STR_INIT("bytesdisponibles") },
    { STR_INIT("Available Bytes"), STR_INIT("bytedisponibili") },
    { STR_INIT("Available Bytes"), STR_INIT("bytesdisponíveis") },
    { STR_INIT("Available Bytes"), STR_INIT("Доступнобайт") },
    { STR_INIT("Available Bytes"), STR_INIT("可用字节数") },
    { STR_INIT("Available Bytes"), STR_INIT("利用可能バイト数") },
    { STR_INIT("Available KBytes"), STR_INIT("verfügbarekb") },
    { STR_INIT("Available KBytes"), STR_INIT("kilooctetsdisponibles") },
    { STR_INIT("Available KBytes"), STR_INIT("kbytesdisponibles") },
    { STR_INIT("Available KBytes"), STR_INIT("kbytedisponibili") },
    { STR_INIT("Available KBytes"), STR_INIT("kbytesdisponíveis") },
    { STR_INIT("Available KBytes"), STR_INIT("ДоступноКБ") },
    { STR_INIT("Available MBytes"), STR_INIT("verfügbaremb") },
    { STR_INIT("Available MBytes"), STR_INIT("verfügbarembytes") },
    { STR_INIT("Available MBytes"), STR_INIT("mégaoctetsdisponibles") },
    { STR_INIT("Available MBytes"), STR_INIT("modisponibles") },
    { STR_INIT("Available MBytes"), STR_INIT("mbytesdisponibles") },
    { STR_INIT("Available MBytes"), STR_INIT("mbdisponibles") },
    { STR_INIT("Available MBytes"), STR_INIT("mbytedisponibili") },
    { STR_INIT("Available MBytes"), STR_INIT("mbdisponibili") },
    { STR_INIT("Available MBytes"), STR_INIT("mbytesdisponíveis") },
    { STR_INIT("Available MBytes"), STR_INIT("ДоступноМБ") },
    { STR_INIT("Available MBytes"), STR_INIT("可用mb数") },
    { STR_INIT("Available MBytes"), STR_INIT("利用可能mb数") },
    { STR_INIT("Free System Page Table Entries"), STR_INIT("freieseitentabelleneinträge") },
    { STR_INIT("Free System Page Table Entries"), STR_INIT("entréesdetabledepagessystèmelibres") },
    { STR_INIT("Free System Page Table Entries"),
            STR_INIT("entradasdetabladepáginasdelsistemalibres") },
    { STR_INIT("Free System Page Table Entries"), STR_INIT("vocitabellapaginedisistemalibere") },
    { STR_INIT("Free System Page Table Entries"),
            STR_INIT("entradaslivresnatabeladepáginasdosistema") },
    { STR_INIT("Free System Page Table Entries"), STR_INIT("Свободныхэлементовтаблицыстраниц") },
    { STR_INIT("Free System Page Table Entries"), STR_INIT("可用系统页表项") },
    { STR_INIT("Cache Bytes"), STR_INIT("cachebytes") },
    { STR_INIT("Cache Bytes"), STR_INIT("octetsdecache") },
    { STR_INIT("Cache Bytes"), STR_INIT("bytesdecaché") },
    { STR_INIT("Cache Bytes"), STR_INIT("bytedellacache") },
    { STR_INIT("Cache Bytes"), STR_INIT("bytesdecache") },
    { STR_INIT("Cache Bytes"), STR_INIT("Байткэшпамяти") },
    { STR_INIT("Cache Bytes"), STR_INIT("缓存字节数") },
    { STR_INIT("Handle Count"), STR_INIT("handleanzahl") },
    { STR_INIT("Handle Count"), STR_INIT("anzahlderhandles") },
    { STR_INIT("Handle Count"), STR_INIT("nombredehandles") },
    { STR_INIT("Handle Count"), STR_INIT("nombrededescripteurs") },
    { STR_INIT("Handle Count"), STR_INIT("númerodeidentificadores") },
    { STR_INIT("Handle Count"), STR_INIT("recuentodeidentificadores") },
    { STR_INIT("Handle Count"), STR_INIT("conteggiohandle") },
    { STR_INIT("Handle Count"), STR_INIT("numerodihandle") },
    { STR_INIT("Handle Count"), STR_INIT("contagemdeidentificadores") },
    { STR_INIT("Handle Count"), STR_INIT("Счетчикдескрипторов") },
    { STR_INIT("Handle Count"), STR_INIT("Счётчикдескрипторов") },
    { STR_INIT("Handle Count"), STR_INIT("句柄计数") },
    { STR_INIT("Handle Count"), STR_INIT("ハンドル数") },
    { STR_INIT("Private Bytes"), STR_INIT("privatebytes") },
    { STR_INIT("Private Bytes"), STR_INIT("octetsprivés") },
    { STR_INIT("Private Bytes"), STR_INIT("bytesprivados") },
    { STR_INIT("Private Bytes"), STR_INIT("byteprivati") },
    { STR_INIT("Private Bytes"), STR_INIT("bytesparticulares") },
    { STR_INIT("Private Bytes"), STR_INIT("Байтисключительногопользования") },
    { STR_INIT("Private Bytes"), STR_INIT("专用字节数") },
    { STR_INIT("Private Bytes"), STR_INIT("プライベートバイト数") },
    { STR_INIT("Thread Count"), STR_INIT("threadanzahl") },
    { STR_INIT("Thread Count"), STR_INIT("nombredethreads") },
    { STR_INIT("Thread Count"), STR_INIT("númerodesubprocesos") },
    { STR_INIT("Thread Count"), STR_INIT("recuentodesubprocesos") },
    { STR_INIT("Thread Count"), STR_INIT("conteggiothread") },
    { STR_INIT("Thread Count"), STR_INIT("contagemdethreads") },
    { STR_INIT("Thread Count"), STR_INIT("Счетчикпотоков") },
    { STR_INIT("Thread Count"), STR_INIT("Счётчикпотоков") },
    { STR_INIT("Thread Count"), STR_INIT("线程计数") },
    { STR_INIT("Thread Count"), STR_INIT("スレッド数") },
    { STR_INIT("Working Set"), STR_INIT("arbeitsseiten") },
    { STR_INIT("Working Set"), STR_INIT("plagedetravail") },
    { STR_INIT("Working Set"), STR_INIT("jeudetravail") },
    { STR_INIT("Working Set"), STR_INIT("espaciodetrabajo") },
    { STR_INIT("Working Set"), STR_INIT("conjuntodetrabalho") },
    { STR_INIT("Working Set"), STR_INIT("Рабочийнабор") },
    { STR_INIT("Working Set"), STR_INIT("工作集") },
    { STR_INIT("Working Set"), STR_INIT("ワーキングセット") },
    { STR_INIT("ID Process"), STR_INIT("prozessid") },
    { STR_INIT("ID Process"), STR_INIT("prozesskennung") },
    { STR_INIT("ID Process"), STR_INIT("processid") },
    { STR_INIT("ID Process"), STR_INIT("iddeprocessus") },
    { STR_INIT("ID Process"), STR_INIT("idprocessus") },
    { STR_INIT("ID Process"), STR_INIT("iddeproceso") },
    { STR_INIT("ID Process"), STR_INIT("idprocesso") },
    { STR_INIT("ID Process"), STR_INIT("iddoprocesso") },
    { STR_INIT("ID Process"), STR_INIT("identificaçãodoprocesso") },
    { STR_INIT("ID Process"), STR_INIT("Идентификаторпроцесса") },
    { STR_INIT("ID Process"), STR_INIT("进程id") },
    { STR_INIT("ID Process"), STR_INIT("プロセスid") },
    { STR_INIT("Virtual Bytes"), STR_INIT("virtuellegröße") },
    { STR_INIT("Virtual Bytes"), STR_INIT("virtuellebytes") },
    { STR_INIT("Virtual Bytes"), STR_INIT("octetsvirtuels") },
    { STR_INIT("Virtual Bytes"), STR_INIT("bytesvirtuales") },
    { STR_INIT("Virtual Bytes"), STR_INIT("bytevirtuali") },
    { STR_INIT("Virtual Bytes"), STR_INIT("bytesvirtuais") },
    { STR_INIT("Virtual Bytes"), STR_INIT("Байтвиртуальнойпамяти") },
    { STR_INIT("Virtual Bytes"), STR_INIT("虚拟字节数") },
    { STR_INIT("System Up Time"), STR_INIT("systembetriebszeit") },
    { STR_INIT("System Up Time"), STR_INIT("tempsdactivitésystème") },
    { STR_INIT("System Up Time"), STR_INIT("tiempodeactividaddelsistema") },
    { STR_INIT("System Up Time"), STR_INIT("tempodiattivitàdelsistema") },
    { STR_INIT("System Up Time"), STR_INIT("tempodeatividadedosistema") },
    { STR_INIT("System Up Time"), STR_INIT("Времяработысистемы") },
    { STR_INIT("% Processor Time"), STR_INIT("prozessorzeit%") },
    { STR_INIT("% Processor Time"), STR_INIT("%prozessorzeit") },
    { STR_INIT("% Processor Time"), STR_INIT("%tempsprocesseur") },
    { STR_INIT("% Processor Time"), STR_INIT("%detiempodeprocesador") },
    { STR_INIT("% Processor Time"), STR_INIT("%tempoprocessore") },
    { STR_INIT("% Processor Time"), STR_INIT("%tempodeprocessador") },
    { STR_INIT("% Processor Time"), STR_INIT("%загруженностипроцессора") },
    { STR_INIT("% Usage"), STR_INIT("belegung%") },
    { STR_INIT("% Usage"), STR_INIT("%utilisation") },
    { STR_INIT("% Usage"), STR_INIT("%dutilisation") }, { STR_INIT("% Usage"), STR_INIT("%deuso") },
    { STR_INIT("% Usage"), STR_INIT("%utilizzo") }, { STR_INIT("% Usage"), STR_INIT("%uso") },
    { STR_INIT("% Usage"), STR_INIT("%использования") },
    { STR_INIT("% Committed Bytes In Use"), STR_INIT("zugesicherteverwendetebytes%") },
    { STR_INIT("% Committed Bytes In Use"), STR_INIT("%octetsdédiésutilisés") },
    { STR_INIT("% Committed Bytes In Use"), STR_INIT("%bytesconfirmadosenuso") },
    { STR_INIT("% Committed Bytes In Use"), STR_INIT("%bytevincolatiinuso") },
    { STR_INIT("% Committed Bytes In Use"), STR_INIT("%bytesconfirmadosemuso") },
    /* clang-format on */
};

static const struct {
    str object, counter;
    uint8_t group, slot;
    uint64_t unit;
} known[] = {
    /* clang-format off: a table */
    { STR_INIT("Memory"), STR_INIT("Pool Nonpaged Bytes"), GROUP_MEMORY, MEM_NONPAGED, 1 },
    { STR_INIT("Memory"), STR_INIT("Pool Paged Bytes"), GROUP_MEMORY, MEM_PAGED, 1 },
    { STR_INIT("Memory"), STR_INIT("Pool Paged Resident Bytes"), GROUP_MEMORY, MEM_PAGED_RESIDENT,
            1 },
    { STR_INIT("Memory"), STR_INIT("Committed Bytes"), GROUP_MEMORY, MEM_COMMIT, 1 },
    { STR_INIT("Memory"), STR_INIT("Commit Limit"), GROUP_MEMORY, MEM_LIMIT, 1 },
    { STR_INIT("Memory"), STR_INIT("Available Bytes"), GROUP_MEMORY, MEM_AVAILABLE, 1 },
    { STR_INIT("Memory"), STR_INIT("Available KBytes"), GROUP_MEMORY, MEM_AVAILABLE, KIB },
    { STR_INIT("Memory"), STR_INIT("Available MBytes"), GROUP_MEMORY, MEM_AVAILABLE, MIB },
    { STR_INIT("Memory"), STR_INIT("Cache Bytes"), GROUP_MEMORY, MEM_CACHE, 1 },
    { STR_INIT("Memory"), STR_INIT("Free System Page Table Entries"), GROUP_MEMORY, MEM_PTES, 1 },
    { STR_INIT("Process"), STR_INIT("ID Process"), GROUP_PROCESS, PROC_PID, 1 },
    { STR_INIT("Process"), STR_INIT("Handle Count"), GROUP_PROCESS, PROC_HANDLES, 1 },
    { STR_INIT("Process"), STR_INIT("Pool Nonpaged Bytes"), GROUP_PROCESS, PROC_NONPAGED, 1 },
    { STR_INIT("Process"), STR_INIT("Pool Paged Bytes"), GROUP_PROCESS, PROC_PAGED, 1 },
    { STR_INIT("Process"), STR_INIT("Private Bytes"), GROUP_PROCESS, PROC_COMMIT, 1 },
    { STR_INIT("Process"), STR_INIT("Thread Count"), GROUP_PROCESS, PROC_THREADS, 1 },
    { STR_INIT("Process"), STR_INIT("Working Set"), GROUP_PROCESS, PROC_WORKING_SET, 1 },
    { STR_INIT("Process"), STR_INIT("Virtual Bytes"), GROUP_PROCESS, PROC_VIRTUAL, 1 },
    { STR_INIT("System"), STR_INIT("System Up Time"), GROUP_SYSTEM, SYS_UPTIME, 1 },
    { STR_INIT("Memory"), STR_INIT("Machine MBytes"), GROUP_HOST, NODE_MACHINE, MIB },
    { STR_INIT("Memory"), STR_INIT("Free MBytes"), GROUP_HOST, NODE_FREE, MIB },
    { STR_INIT("Memory"), STR_INIT("Kernel MinFree MBytes"), GROUP_HOST, NODE_MIN_FREE, MIB },
    { STR_INIT("Memory"), STR_INIT("Kernel State"), GROUP_HOST, NODE_STATE, 1 },
    { STR_INIT("Memory"), STR_INIT("Memory Overcommit (1 Minute Avg)"), GROUP_HOST, NODE_OVERCOMMIT,
            1 },
    { STR_INIT("Memory"), STR_INIT("Swap Used MBytes"), GROUP_HOST, NODE_SWAP, MIB },
    { STR_INIT("Memory"), STR_INIT("Swap MBytes Read/sec"), GROUP_HOST, NODE_SWAP_READ, MIB },
    { STR_INIT("Memory"), STR_INIT("Swap MBytes Write/sec"), GROUP_HOST, NODE_SWAP_WRITE, MIB },
    { STR_INIT("Memory"), STR_INIT("Memctl Current MBytes"), GROUP_HOST, NODE_BALLOON, MIB },
    { STR_INIT("Memory"), STR_INIT("Memctl Target MBytes"), GROUP_HOST, NODE_BALLOON_TARGET, MIB },
    { STR_INIT("Memory"), STR_INIT("Memctl Max MBytes"), GROUP_HOST, NODE_BALLOON_MAX, MIB },
    { STR_INIT("Group Memory"), STR_INIT("Memory Size MBytes"), GROUP_VM, GUEST_MEMORY, MIB },
    { STR_INIT("Group Memory"), STR_INIT("Memory Granted Size MBytes"), GROUP_VM, GUEST_GRANTED,
            MIB },
    { STR_INIT("Group Memory"), STR_INIT("Memctl MBytes"), GROUP_VM, GUEST_BALLOON, MIB },
    { STR_INIT("Group Memory"), STR_INIT("Memctl Target MBytes"), GROUP_VM, GUEST_BALLOON_TARGET,
            MIB },
    { STR_INIT("Group Memory"), STR_INIT("Memctl Max MBytes"), GROUP_VM, GUEST_BALLOON_MAX, MIB },
    { STR_INIT("Group Memory"), STR_INIT("Memctl?"), GROUP_VM, GUEST_BALLOON_DRIVER, 1 },
    { STR_INIT("Group Memory"), STR_INIT("Swapped MBytes"), GROUP_VM, GUEST_SWAPPED, MIB },
    { STR_INIT("Group Memory"), STR_INIT("Swap Target MBytes"), GROUP_VM, GUEST_SWAP_TARGET, MIB },
    { STR_INIT("Group Memory"), STR_INIT("Swap Read MBytes/sec"), GROUP_VM, GUEST_SWAP_READ, MIB },
    { STR_INIT("Group Memory"), STR_INIT("Swap Written MBytes/sec"), GROUP_VM, GUEST_SWAP_WRITE,
            MIB },
    { STR_INIT("Group Memory"), STR_INIT("% Active Estimate"), GROUP_VM, GUEST_ACTIVE, 1 },
    /* clang-format on */
};

bool counter_path_cut(str path, struct counter_path *ret)
{
    struct counter_path cut = { 0 };
    size_t bracket, slash, close = STR_NONE;

    if (!str_take_char(&path, '\\'))
        return false;
    if (str_take_char(&path, '\\')) {
        slash = str_find_char(path, '\\');
        if (slash == STR_NONE || slash == 0)
            return false;
        cut.host = str_slice(path, 0, slash);
        path = str_from(path, slash + 1);
    }
    bracket = str_find_char(path, '(');
    slash = str_find_char(path, '\\');
    if (slash == STR_NONE)
        return false;
    if (bracket != STR_NONE && bracket < slash) {
        for (size_t i = bracket; i + 1 < path.n; i++)
            if (path.p[i] == ')' && path.p[i + 1] == '\\')
                close = i;
        if (close == STR_NONE)
            return false;
        cut.instance = str_slice(path, bracket + 1, close);
        slash = close + 1;
    }
    cut.object = str_trim(str_slice(path, 0, bracket < slash ? bracket : slash));
    cut.counter = str_trim(str_from(path, slash + 1));
    *ret = cut;
    return cut.object.n != 0 && cut.counter.n != 0;
}

static bool english_object(str object, str *ret)
{
    char buf[96];
    str key = cell_key(object, buf, sizeof(buf));

    *ret = object;
    for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
        if (str_eq(key, objects[i].key)) {
            *ret = objects[i].english;
            return true;
        }
    }
    return false;
}

static str english_counter(str counter)
{
    char buf[128];
    str key = cell_key(counter, buf, sizeof(buf));

    for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
        if (str_eq(key, counters[i].key))
            return counters[i].english;
    return counter;
}

struct counter_name counter_name_find(const struct counter_path *path)
{
    struct counter_name name = { .counter = path->counter, .slot = COUNTER_SLOTS, .unit = 1 };

    /* The names of unknown objects' counters may mean anything. */
    if (english_object(path->object, &name.object))
        name.counter = english_counter(path->counter);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (!str_eq_nocase(name.object, known[i].object) ||
                !str_eq_nocase(name.counter, known[i].counter))
            continue;
        name.object = known[i].object;
        name.counter = known[i].counter;
        name.group = known[i].group;
        name.slot = known[i].slot;
        name.unit = known[i].unit;
        name.known = true;
        break;
    }
    return name;
}

bool counter_is_esx(str text)
{
    static const str marks[] = { STR_INIT("\\Group Memory("), STR_INIT("\\Group Cpu("),
        STR_INIT("\\Physical Cpu("), STR_INIT("\\Physical Cpu Load\\"),
        STR_INIT("\\Memory\\Memory Overcommit"), STR_INIT("\\Memory\\Kernel MinFree") };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (str_has(text, marks[i]))
            return true;
    return false;
}
