/* SPDX-License-Identifier: Apache-2.0 */
#include "process_row.h"

#include "cells.h"
#include "limits.h"

/* Headings without blanks, marks and case (of ASCII letters); the more common of a prefix first. */
static const struct {
    str key;
    uint8_t field, how;
} headings[] = {
    /* clang-format off: a table */
    { STR_INIT("imagename"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("name"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("processname"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("process"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("abbildname"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("nomdelimage"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("nom"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("nombredeimagen"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("nombre"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("nomeimmagine"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("nomedaimagem"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("nome"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("Имяобраза"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("Имя"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("映像名称"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("名称"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("映像名稱"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("名稱"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("イメージ名"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("名前"), PROCESS_NAME, PROCESS_WORD },
    { STR_INIT("이미지이름"), PROCESS_NAME, PROCESS_WORD },

    { STR_INIT("pid"), PROCESS_PID, PROCESS_COUNT },
    { STR_INIT("processid"), PROCESS_PID, PROCESS_COUNT },
    { STR_INIT("identificaçãopessoal"), PROCESS_PID, PROCESS_COUNT },
    { STR_INIT("ИДпроцесса"), PROCESS_PID, PROCESS_COUNT },

    { STR_INIT("sessionname"), PROCESS_SESSION_NAME, PROCESS_WORD },
    { STR_INIT("sitzungsname"), PROCESS_SESSION_NAME, PROCESS_WORD },
    { STR_INIT("nomdelasession"), PROCESS_SESSION_NAME, PROCESS_WORD },
    { STR_INIT("nombredesesión"), PROCESS_SESSION_NAME, PROCESS_WORD },
    { STR_INIT("nomesessione"), PROCESS_SESSION_NAME, PROCESS_WORD },
    { STR_INIT("nomedasessão"), PROCESS_SESSION_NAME, PROCESS_WORD },
    { STR_INIT("Имясессии"), PROCESS_SESSION_NAME, PROCESS_WORD },
    { STR_INIT("Имясеанса"), PROCESS_SESSION_NAME, PROCESS_WORD },
    { STR_INIT("会话名"), PROCESS_SESSION_NAME, PROCESS_WORD },
    { STR_INIT("工作階段名稱"), PROCESS_SESSION_NAME, PROCESS_WORD },
    { STR_INIT("セッション名"), PROCESS_SESSION_NAME, PROCESS_WORD },
    { STR_INIT("세션이름"), PROCESS_SESSION_NAME, PROCESS_WORD },

    { STR_INIT("session"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("sessionid"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("sitznr"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("sitzungsnr"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("sitzungsid"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("numérodesession"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("iddesession"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("númdesesión"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("iddesesión"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("sessionen"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("sessionenumero"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("numerosessione"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("idsessione"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("sessão"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("№сеанса"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("ИДсеанса"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("Кодсеанса"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("会话"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("会话id"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("工作階段"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("セッション"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("セッションid"), PROCESS_SESSION, PROCESS_COUNT },
    { STR_INIT("세션"), PROCESS_SESSION, PROCESS_COUNT },

    { STR_INIT("memusage"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("memory"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("memoryprivateworkingset"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("memoryactiveprivateworkingset"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("workingsetmemory"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("memoryworkingset"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("workingset"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("speichernutzung"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("speicherauslastung"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("arbeitsspeicherprivaterarbeitssatz"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("arbeitsspeicher"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("utilisationmémoire"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("mémoire"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("usodememoria"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("memoria"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("utilizzomemoria"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("utilizzomem"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("usodememória"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("Память"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("内存使用"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("内存"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("内存专用工作集"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("ram使用量"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("記憶體使用量"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("メモリ使用量"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("メモリ"), PROCESS_WORKING_SET, PROCESS_SIZE },
    { STR_INIT("메모리사용"), PROCESS_WORKING_SET, PROCESS_SIZE },

    { STR_INIT("pagedpool"), PROCESS_PAGED, PROCESS_SIZE },
    { STR_INIT("memorypagedpool"), PROCESS_PAGED, PROCESS_SIZE },
    { STR_INIT("ausgelagerterpool"), PROCESS_PAGED, PROCESS_SIZE },
    { STR_INIT("auslagerungspool"), PROCESS_PAGED, PROCESS_SIZE },
    { STR_INIT("réservepaginée"), PROCESS_PAGED, PROCESS_SIZE },
    { STR_INIT("bloquepaginado"), PROCESS_PAGED, PROCESS_SIZE },
    { STR_INIT("pooldipaging"), PROCESS_PAGED, PROCESS_SIZE },
    { STR_INIT("Выгружаемыйпул"), PROCESS_PAGED, PROCESS_SIZE },
    { STR_INIT("页面缓冲池"), PROCESS_PAGED, PROCESS_SIZE },
    { STR_INIT("分页池"), PROCESS_PAGED, PROCESS_SIZE },
    { STR_INIT("分頁集區"), PROCESS_PAGED, PROCESS_SIZE },
    { STR_INIT("ページプール"), PROCESS_PAGED, PROCESS_SIZE },

    { STR_INIT("nppool"), PROCESS_NONPAGED, PROCESS_SIZE },
    { STR_INIT("nonpagedpool"), PROCESS_NONPAGED, PROCESS_SIZE },
    { STR_INIT("memorynonpagedpool"), PROCESS_NONPAGED, PROCESS_SIZE },
    { STR_INIT("nichtausgelagerterpool"), PROCESS_NONPAGED, PROCESS_SIZE },
    { STR_INIT("réservenonpaginée"), PROCESS_NONPAGED, PROCESS_SIZE },
    { STR_INIT("bloquenopaginado"), PROCESS_NONPAGED, PROCESS_SIZE },
    { STR_INIT("poolnondipaging"), PROCESS_NONPAGED, PROCESS_SIZE },
    { STR_INIT("Невыгружаемыйпул"), PROCESS_NONPAGED, PROCESS_SIZE },
    { STR_INIT("非页面缓冲池"), PROCESS_NONPAGED, PROCESS_SIZE },
    { STR_INIT("非分页池"), PROCESS_NONPAGED, PROCESS_SIZE },
    { STR_INIT("np池"), PROCESS_NONPAGED, PROCESS_SIZE },
    { STR_INIT("非分頁集區"), PROCESS_NONPAGED, PROCESS_SIZE },
    { STR_INIT("非ページプール"), PROCESS_NONPAGED, PROCESS_SIZE },
    { STR_INIT("npプール"), PROCESS_NONPAGED, PROCESS_SIZE },

    { STR_INIT("handles"), PROCESS_HANDLES, PROCESS_COUNT },
    { STR_INIT("handle"), PROCESS_HANDLES, PROCESS_COUNT },
    { STR_INIT("handlecount"), PROCESS_HANDLES, PROCESS_COUNT },
    { STR_INIT("descripteurs"), PROCESS_HANDLES, PROCESS_COUNT },
    { STR_INIT("identificadores"), PROCESS_HANDLES, PROCESS_COUNT },
    { STR_INIT("Дескрипторы"), PROCESS_HANDLES, PROCESS_COUNT },
    { STR_INIT("句柄数"), PROCESS_HANDLES, PROCESS_COUNT },
    { STR_INIT("句柄"), PROCESS_HANDLES, PROCESS_COUNT },
    { STR_INIT("控制代碼"), PROCESS_HANDLES, PROCESS_COUNT },
    { STR_INIT("ハンドル"), PROCESS_HANDLES, PROCESS_COUNT },
    { STR_INIT("핸들"), PROCESS_HANDLES, PROCESS_COUNT },

    { STR_INIT("threads"), PROCESS_THREADS, PROCESS_COUNT },
    { STR_INIT("thread"), PROCESS_THREADS, PROCESS_COUNT },
    { STR_INIT("subprocesos"), PROCESS_THREADS, PROCESS_COUNT },
    { STR_INIT("Потоки"), PROCESS_THREADS, PROCESS_COUNT },
    { STR_INIT("线程数"), PROCESS_THREADS, PROCESS_COUNT },
    { STR_INIT("线程"), PROCESS_THREADS, PROCESS_COUNT },
    { STR_INIT("執行緒"), PROCESS_THREADS, PROCESS_COUNT },
    { STR_INIT("スレッド"), PROCESS_THREADS, PROCESS_COUNT },
    { STR_INIT("스레드"), PROCESS_THREADS, PROCESS_COUNT },

    /* Task Manager of XP and 2003 calls private committed memory "VM Size". */
    { STR_INIT("vmsize"), PROCESS_COMMIT, PROCESS_SIZE },
    { STR_INIT("commitsize"), PROCESS_COMMIT, PROCESS_SIZE },
    { STR_INIT("privatebytes"), PROCESS_COMMIT, PROCESS_SIZE },
    { STR_INIT("virtualsize"), PROCESS_VIRTUAL, PROCESS_SIZE },
    { STR_INIT("memorycommitsize"), PROCESS_COMMIT, PROCESS_SIZE },
    { STR_INIT("zugesicherterspeicher"), PROCESS_COMMIT, PROCESS_SIZE },
    { STR_INIT("zugesichertegröße"), PROCESS_COMMIT, PROCESS_SIZE },
    { STR_INIT("virtuellerspeicher"), PROCESS_COMMIT, PROCESS_SIZE },
    { STR_INIT("tailledevalidation"), PROCESS_COMMIT, PROCESS_SIZE },
    { STR_INIT("tamañodeconfirmación"), PROCESS_COMMIT, PROCESS_SIZE },
    { STR_INIT("Выделеннаяпамять"), PROCESS_COMMIT, PROCESS_SIZE },
    { STR_INIT("提交大小"), PROCESS_COMMIT, PROCESS_SIZE },
    { STR_INIT("コミットサイズ"), PROCESS_COMMIT, PROCESS_SIZE },

    { STR_INIT("status"), PROCESS_STATUS, PROCESS_WORD },
    { STR_INIT("statut"), PROCESS_STATUS, PROCESS_WORD },
    { STR_INIT("estado"), PROCESS_STATUS, PROCESS_WORD },
    { STR_INIT("stato"), PROCESS_STATUS, PROCESS_WORD },
    { STR_INIT("Состояние"), PROCESS_STATUS, PROCESS_WORD },
    { STR_INIT("Статус"), PROCESS_STATUS, PROCESS_WORD },
    { STR_INIT("状态"), PROCESS_STATUS, PROCESS_WORD },
    { STR_INIT("狀態"), PROCESS_STATUS, PROCESS_WORD },
    { STR_INIT("状態"), PROCESS_STATUS, PROCESS_WORD },
    { STR_INIT("상태"), PROCESS_STATUS, PROCESS_WORD },

    { STR_INIT("username"), PROCESS_USER, PROCESS_WORD },
    { STR_INIT("benutzername"), PROCESS_USER, PROCESS_WORD },
    { STR_INIT("nomdutilisateur"), PROCESS_USER, PROCESS_WORD },
    { STR_INIT("nombredeusuario"), PROCESS_USER, PROCESS_WORD },
    { STR_INIT("nomeutente"), PROCESS_USER, PROCESS_WORD },
    { STR_INIT("nomedeusuário"), PROCESS_USER, PROCESS_WORD },
    { STR_INIT("Пользователь"), PROCESS_USER, PROCESS_WORD },
    { STR_INIT("Имяпользователя"), PROCESS_USER, PROCESS_WORD },
    { STR_INIT("用户名"), PROCESS_USER, PROCESS_WORD },
    { STR_INIT("使用者名稱"), PROCESS_USER, PROCESS_WORD },
    { STR_INIT("ユーザー名"), PROCESS_USER, PROCESS_WORD },
    { STR_INIT("사용자이름"), PROCESS_USER, PROCESS_WORD },

    { STR_INIT("commandline"), PROCESS_COMMAND, PROCESS_WORD },
    { STR_INIT("windowtitle"), PROCESS_COMMAND, PROCESS_WORD },
    { STR_INIT("befehlszeile"), PROCESS_COMMAND, PROCESS_WORD },
    { STR_INIT("fenstertitel"), PROCESS_COMMAND, PROCESS_WORD },
    { STR_INIT("lignedecommande"), PROCESS_COMMAND, PROCESS_WORD },
    { STR_INIT("titredelafenêtre"), PROCESS_COMMAND, PROCESS_WORD },
    { STR_INIT("títulodeventana"), PROCESS_COMMAND, PROCESS_WORD },
    { STR_INIT("titolofinestra"), PROCESS_COMMAND, PROCESS_WORD },
    { STR_INIT("Заголовококна"), PROCESS_COMMAND, PROCESS_WORD },
    { STR_INIT("命令行"), PROCESS_COMMAND, PROCESS_WORD },
    { STR_INIT("窗口标题"), PROCESS_COMMAND, PROCESS_WORD },
    { STR_INIT("視窗標題"), PROCESS_COMMAND, PROCESS_WORD },
    { STR_INIT("コマンドライン"), PROCESS_COMMAND, PROCESS_WORD },
    { STR_INIT("ウィンドウタイトル"), PROCESS_COMMAND, PROCESS_WORD },

    { STR_INIT("cpu"), 0, PROCESS_IGNORE }, { STR_INIT("cputime"), 0, PROCESS_IGNORE },
    { STR_INIT("cpuzeit"), 0, PROCESS_IGNORE }, { STR_INIT("tempsprocesseur"), 0, PROCESS_IGNORE },
    { STR_INIT("tiempodecpu"), 0, PROCESS_IGNORE }, { STR_INIT("tempocpu"), 0, PROCESS_IGNORE },
    { STR_INIT("ЦП"), 0, PROCESS_IGNORE }, { STR_INIT("ВремяЦП"), 0, PROCESS_IGNORE },
    { STR_INIT("cpu时间"), 0, PROCESS_IGNORE }, { STR_INIT("cpu時間"), 0, PROCESS_IGNORE },
    { STR_INIT("services"), 0, PROCESS_IGNORE }, { STR_INIT("dienste"), 0, PROCESS_IGNORE },
    { STR_INIT("modules"), 0, PROCESS_IGNORE }, { STR_INIT("module"), 0, PROCESS_IGNORE },
    { STR_INIT("packagename"), 0, PROCESS_IGNORE }, { STR_INIT("architecture"), 0, PROCESS_IGNORE },
    { STR_INIT("description"), 0, PROCESS_IGNORE }, { STR_INIT("peakmemusage"), 0, PROCESS_IGNORE },
    { STR_INIT("memdelta"), 0, PROCESS_IGNORE }, { STR_INIT("pagefaults"), 0, PROCESS_IGNORE },
    { STR_INIT("basepri"), 0, PROCESS_IGNORE }, { STR_INIT("userobjects"), 0, PROCESS_IGNORE },
    { STR_INIT("gdiobjects"), 0, PROCESS_IGNORE }, { STR_INIT("imagepathname"), 0, PROCESS_IGNORE },
    /* clang-format on */
};

bool process_column_find(str heading, bool cut, struct process_column *ret)
{
    enum { LEAST = 5 }; /* letters that a cut heading must show */
    char buf[96];
    str key = cell_key(heading, buf, sizeof(buf));

    if (key.n == 0)
        return false;
    for (unsigned pass = 0; pass < (cut && key.n >= LEAST ? 2u : 1u); pass++) {
        for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++) {
            if (pass == 0 ? !str_eq(key, headings[i].key) : !str_starts(headings[i].key, key))
                continue;
            *ret = (struct process_column){ headings[i].field, headings[i].how, KIB };
            return true;
        }
    }
    return false;
}

bool process_heading_of_tool(str heading)
{
    char sep = str_find_char(heading, '\t') != STR_NONE ? '\t' : ',';
    str cells[8];
    size_t n;
    bool own;

    if (!str_has(heading, STR("PID")))
        return false;
    n = cells_split(heading, sep, cells, 8);
    own = n != 0 && str_eq(cells[0], STR("Process"));
    if (n < 3 || (!str_eq(cells[0], STR("Process")) && !str_eq(cells[0], STR("Name"))))
        return false;
    /* Task Manager has other words for them. */
    own = own || str_find_nocase(heading, STR("private bytes")) != STR_NONE ||
          str_find_nocase(heading, STR("I/O total")) != STR_NONE;
    return own;
}

bool process_row_set(struct process_row *row, const struct process_column *column, str cell)
{
    uint64_t number;

    cell = cell_trim(cell);
    if (cell.n == 0 || column->how == PROCESS_IGNORE)
        return true;
    switch ((enum process_how)column->how) {
    case PROCESS_COUNT:
        if (!str_grouped(cell, &number))
            return false;
        row->values[column->field] = value_u64(number);
        break;
    case PROCESS_SIZE:
        if (!cell_size(cell, column->unit, &number))
            return str_eq_nocase(cell, STR("N/A"));
        row->values[column->field] = value_u64(number);
        break;
    default:
        if (!str_eq_nocase(cell, STR("N/A")))
            row->values[column->field] = value_text(cell);
        break;
    }
    return true;
}

void process_row_emit(
        struct parse *in, const struct line *line, struct process_row *row, int64_t snapshot)
{
    row->values[PROCESS_SNAPSHOT] = value_int(snapshot);
    emit(in, &kind_PROCESS, line, (struct when){ 0 }, row->values);
}
