/* SPDX-License-Identifier: Apache-2.0 */
#include "event_words.h"

#include "literal.h"
#include "signs.h"

struct key_row {
    str name;
    enum event_key key;
    bool strong;
};

/* clang-format off: tables */
#define ROW(NAME, KEY, STRONG) { STR_INIT(NAME), EVENT_KEY_##KEY, STRONG },
static const struct key_row keys[] = {
    /* English: 2000 to 2003, Vista and later, wevtutil, PowerShell */
    ROW("Event Type", TYPE, true) ROW("Event Source", SOURCE, true) ROW(
            "Event Category", CATEGORY, true) ROW("Event ID", ID, true) ROW("EventID", ID,
            true) ROW("Event Code", ID, true) ROW("Type", TYPE, false) ROW("Source", SOURCE,
            false) ROW("Category", CATEGORY, false) ROW("Date", DATE, false) ROW("Time", TIME,
            false) ROW("User", USER, false) ROW("Computer", COMPUTER, false) ROW("Description",
            DESCRIPTION, false) ROW("Event Description", DESCRIPTION, true) ROW("Data", DATA,
            false) ROW("Log Name", LOG, true) ROW("Task Category", CATEGORY, true) ROW("Level",
            TYPE, false) ROW("Keywords", OTHER, false) ROW("Keyword", OTHER, false) ROW("OpCode",
            OTHER, false) ROW("Task", CATEGORY, false) ROW("User Name", OTHER, false) ROW("Logged",
            DATE, false) ROW("Date and Time", DATE, false) ROW("Event Xml", XML, true)
            ROW("ProviderName", SOURCE, true) ROW("Provider Name", SOURCE, true) ROW(
                    "LogName", LOG, true) ROW("TimeCreated", DATE, true) ROW("LevelDisplayName",
                    TYPE, true) ROW("MachineName", COMPUTER, false) ROW("Id", ID,
                    false) ROW("Message", DESCRIPTION, false) ROW("EntryType", TYPE, true)
                    ROW("InstanceId", ID, true) ROW("TimeGenerated", DATE, true) ROW(
                            "TimeWritten", OTHER, true) ROW("ReplacementStrings", OTHER, true)
                            ROW("CategoryNumber", OTHER, false) ROW("RecordId", RECORD, false)
                                    ROW("Event Record ID", RECORD, true) ROW("Index", OTHER, false)
    /* German */
    ROW("Ereignistyp", TYPE, true) ROW("Ereignisquelle", SOURCE, true) ROW("Ereigniskategorie",
            CATEGORY, true) ROW("Ereigniskennung", ID, true) ROW("Ereignis-ID", ID, true)
            ROW("Ereignis ID", ID, true) ROW("Typ", TYPE, false) ROW("Quelle", SOURCE, false) ROW(
                    "Kategorie", CATEGORY, false) ROW("Datum", DATE, false) ROW("Zeit", TIME, false)
                    ROW("Uhrzeit", TIME, false) ROW("Benutzer", USER, false) ROW("Beschreibung",
                            DESCRIPTION, false) ROW("Daten", DATA, false) ROW("Protokollname", LOG,
                            true) ROW("Aufgabenkategorie", CATEGORY, true) ROW("Ebene", TYPE, false)
                            ROW("Schlüsselwörter", OTHER, false) ROW("Ereignis-XML", XML, true)
                                    ROW("Datum und Uhrzeit", DATE, true)
    /* French; the apostrophe may be typographic */
    ROW("Type de l'événement", TYPE, true) ROW("Source de l'événement", SOURCE, true) ROW(
            "Catégorie de l'événement", CATEGORY, true) ROW("ID de l'événement", ID,
            true) ROW("Type de l’événement", TYPE, true) ROW("Source de l’événement", SOURCE, true)
            ROW("Catégorie de l’événement", CATEGORY, true) ROW("ID de l’événement", ID, true) ROW(
                    "Heure", TIME, false) ROW("Utilisateur", USER, false) ROW("Ordinateur",
                    COMPUTER, false) ROW("Données", DATA, false) ROW("Nom du journal", LOG, true)
                    ROW("Journal", LOG, false) ROW("Catégorie de la tâche", CATEGORY, true) ROW(
                            "Niveau", TYPE, false) ROW("Mots clés", OTHER, false) ROW("Mots-clés",
                            OTHER, false) ROW("XML de l'événement", XML, true)
                            ROW("XML de l’événement", XML, true) ROW("Date et heure", DATE, true)
    /* Spanish */
    ROW("Tipo de suceso", TYPE, true) ROW("Origen del suceso", SOURCE, true) ROW(
            "Categoría del suceso", CATEGORY, true) ROW("Id. suceso", ID,
            true) ROW("Id. del suceso", ID, true) ROW("Fecha", DATE, false) ROW("Hora", TIME,
            false) ROW("Usuario", USER, false) ROW("Equipo", COMPUTER, false) ROW("Descripción",
            DESCRIPTION,
            false) ROW("Datos", DATA, false) ROW("Nombre de registro", LOG, true)
            ROW("Origen", SOURCE, false) ROW("Id. del evento", ID, true) ROW("Id. de evento",
                    ID, true) ROW("Tipo", TYPE, false) ROW("Categoría de la tarea", CATEGORY, true)
                    ROW("Categoría de tarea", CATEGORY, true) ROW("Nivel", TYPE, false)
                            ROW("Palabras clave", OTHER, false) ROW("XML de evento", XML, true)
                                    ROW("XML del evento", XML, true) ROW("Fecha y hora", DATE, true)
    /* Italian; its "Data" is a date: told by the value */
    ROW("Tipo evento", TYPE, true) ROW("Origine evento", SOURCE, true) ROW("Categoria evento",
            CATEGORY, true) ROW("ID evento", ID, true) ROW("Ora", TIME, false) ROW("Utente", USER,
            false) ROW("Descrizione", DESCRIPTION, false) ROW("Dati", DATA, false)
            ROW("Nome registro", LOG, true) ROW("Origine", SOURCE, false) ROW("Categoria attività",
                    CATEGORY, true) ROW("Livello", TYPE, false) ROW("Parole chiave", OTHER, false)
                    ROW("XML evento", XML, true) ROW("Data e ora", DATE, true)
    /* Portuguese */
    ROW("Tipo de evento", TYPE, true) ROW("Fonte de evento", SOURCE, true) ROW("Origem do evento",
            SOURCE, true) ROW("Categoria de evento", CATEGORY, true) ROW("Categoria do evento",
            CATEGORY, true) ROW("Identificação de evento", ID, true) ROW("Identificação do Evento",
            ID, true) ROW("ID do evento", ID, true) ROW("ID do Evento", ID, true) ROW("Usuário",
            USER, false) ROW("Utilizador", USER, false) ROW("Computador", COMPUTER, false)
            ROW("Descrição", DESCRIPTION, false) ROW("Dados", DATA, false) ROW("Nome do Log", LOG,
                    true) ROW("Nome do Registo", LOG, true) ROW("Fonte", SOURCE, false)
                    ROW("Origem", SOURCE, false) ROW("Categoria da Tarefa", CATEGORY, true)
                            ROW("Nível", TYPE, false) ROW("Palavras-chave", OTHER, false)
                                    ROW("Xml de Evento", XML, true) ROW("Xml do Evento", XML, true)
                                            ROW("Data e Hora", DATE, true)
    /* Russian */
    ROW("Тип события", TYPE, true) ROW("Источник события", SOURCE, true) ROW("Категория события",
            CATEGORY, true) ROW("Код события", ID, true) ROW("Код (ID) события", ID, true)
            ROW("Дата", DATE, false) ROW("Время", TIME, false) ROW("Пользователь", USER, false) ROW(
                    "Компьютер", COMPUTER, false) ROW("Описание", DESCRIPTION, false) ROW("Данные",
                    DATA, false) ROW("Имя журнала", LOG, true) ROW("Источник", SOURCE, false)
                    ROW("Подача", SOURCE, false) ROW("Категория задачи", CATEGORY, true)
                            ROW("Уровень", TYPE, false) ROW("Ключевые слова", OTHER, false)
                                    ROW("Xml события", XML, true) ROW("XML события", XML, true)
                                            ROW("Дата и время", DATE, true)
    /* Chinese, simplified and traditional; a paste of 2003 has 事件 before its time */
    ROW("事件类型", TYPE, true) ROW("事件来源", SOURCE, true) ROW("事件种类", CATEGORY, true) ROW(
            "事件类别", CATEGORY, true) ROW("事件 ID", ID, true) ROW("事件ID", ID,
            true) ROW("事件标识", ID, true) ROW("日期", DATE, false) ROW("时间", TIME, false)
            ROW("事件", TIME, false) ROW("用户", USER, false) ROW("计算机", COMPUTER, false) ROW(
                    "描述", DESCRIPTION, false) ROW("数据", DATA, false) ROW("日志名称", LOG,
                    true) ROW("来源", SOURCE, false) ROW("任务类别", CATEGORY, true) ROW("级别",
                    TYPE, false) ROW("关键字", OTHER, false) ROW("事件 Xml",
                    XML, true) ROW("日期和时间", DATE, true) ROW("操作代码", OTHER,
                    false) ROW("事件類型", TYPE, true) ROW("事件來源", SOURCE, true) ROW("事件類別",
                    CATEGORY, true) ROW("事件識別碼", ID, true) ROW("時間", TIME, false)
                    ROW("使用者", USER, false) ROW("電腦", COMPUTER, false) ROW("資料", DATA, false)
                            ROW("記錄檔名稱", LOG, true) ROW("記錄名稱", LOG, true)
                                    ROW("來源", SOURCE, false) ROW("工作類別", CATEGORY, true)
                                            ROW("層級", TYPE, false) ROW("等級", TYPE, false)
                                                    ROW("關鍵字", OTHER, false)
                                                            ROW("日期和時間", DATE, true)
    /* Japanese */
    ROW("イベントの種類", TYPE, true) ROW("イベント種類", TYPE, true) ROW("イベント ソース", SOURCE,
            true) ROW("イベントソース", SOURCE, true) ROW("イベント カテゴリ", CATEGORY,
            true) ROW("イベント ID", ID, true) ROW("イベントID", ID, true) ROW("日付", DATE,
            false) ROW("時刻", TIME, false) ROW("ユーザー", USER, false) ROW("ユーザ", USER, false)
            ROW("コンピュータ", COMPUTER, false) ROW("コンピューター", COMPUTER, false) ROW("説明",
                    DESCRIPTION, false) ROW("データ", DATA, false) ROW("ログの名前", LOG, true)
                    ROW("ソース", SOURCE, false) ROW("タスクのカテゴリ", CATEGORY, true)
                            ROW("レベル", TYPE, false) ROW("キーワード", OTHER, false)
                                    ROW("イベント XML", XML, true) ROW("イベント Xml", XML, true)
                                            ROW("日付と時刻", DATE, true)
};

static const struct {
    str word;
    uint64_t level;
} levels[] = {
    { STR_INIT("Error"), 2 },
    { STR_INIT("Warning"), 3 },
    { STR_INIT("Information"), 4 },
    { STR_INIT("Critical"), 1 },
    { STR_INIT("Verbose"), 5 },
    { STR_INIT("Success Audit"), 4 },
    { STR_INIT("Failure Audit"), 4 },
    { STR_INIT("SuccessAudit"), 4 },
    { STR_INIT("FailureAudit"), 4 },
    { STR_INIT("Audit Success"), 4 },
    { STR_INIT("Audit Failure"), 4 },
    { STR_INIT("Success"), 4 },
    { STR_INIT("None"), 4 },
    { STR_INIT("Info"), 4 },
    { STR_INIT("Fehler"), 2 },
    { STR_INIT("Warnung"), 3 },
    { STR_INIT("Informationen"), 4 },
    { STR_INIT("Kritisch"), 1 },
    { STR_INIT("Ausführlich"), 5 },
    { STR_INIT("Erreur"), 2 },
    { STR_INIT("Avertissement"), 3 },
    { STR_INIT("Informations"), 4 },
    { STR_INIT("Critique"), 1 },
    { STR_INIT("Commentaires"), 5 },
    { STR_INIT("Advertencia"), 3 },
    { STR_INIT("Información"), 4 },
    { STR_INIT("Crítico"), 1 },
    { STR_INIT("Detallado"), 5 },
    { STR_INIT("Errore"), 2 },
    { STR_INIT("Avviso"), 3 },
    { STR_INIT("Informazioni"), 4 },
    { STR_INIT("Informazione"), 4 },
    { STR_INIT("Critico"), 1 },
    { STR_INIT("Dettagliato"), 5 },
    { STR_INIT("Erro"), 2 },
    { STR_INIT("Aviso"), 3 },
    { STR_INIT("Informações"), 4 },
    { STR_INIT("Informação"), 4 },
    { STR_INIT("Ошибка"), 2 },
    { STR_INIT("Предупреждение"), 3 },
    { STR_INIT("Сведения"), 4 },
    { STR_INIT("Уведомление"), 4 },
    { STR_INIT("Критический"), 1 },
    { STR_INIT("Критическая"), 1 },
    { STR_INIT("Подробности"), 5 },
    { STR_INIT("错误"), 2 },
    { STR_INIT("警告"), 3 },
    { STR_INIT("信息"), 4 },
    { STR_INIT("严重"), 1 },
    { STR_INIT("关键"), 1 },
    { STR_INIT("详细"), 5 },
    { STR_INIT("錯誤"), 2 },
    { STR_INIT("資訊"), 4 },
    { STR_INIT("重大"), 1 },
    { STR_INIT("エラー"), 2 },
    { STR_INIT("情報"), 4 },
    { STR_INIT("詳細"), 5 },
};
/* clang-format on */

enum { KEY_BYTES = 48 /* longer than any key */ };

void event_word_signs(struct signs *to)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (keys[i].strong)
            signs_add(to, keys[i].name);
    }
}

static const struct key_row *find_key(str name)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && name.n != 0; i++) {
        const str *key = &keys[i].name;

        if (key->n == name.n && ((key->p[0] ^ name.p[0]) & ~0x20) == 0 && str_eq_nocase(*key, name))
            return &keys[i];
    }
    return NULL;
}

struct event_word event_heading(str word)
{
    const struct key_row *row = find_key(str_trim(word));

    return row != NULL ? (struct event_word){ .key = row->key, .strong = row->strong }
                       : (struct event_word){ 0 };
}

static bool has_date(str value)
{
    enum event_order order = EVENT_ORDER_UNKNOWN;
    struct when when;
    bool ambiguous;

    return event_when(value, STR("00:00:00"), &order, &when, &ambiguous) || ambiguous;
}

/* Splits at the first separator of one kind; the key before it is trimmed. */
static bool split(str line, str separator, str *ret_key, str *ret_value)
{
    str head = str_slice(line, 0, KEY_BYTES + separator.n);
    size_t last = separator.n > 1 ? 1 : 0, at;

    /* A rare byte of it first: most lines have none. */
    if (str_find_char(head, separator.p[last]) == STR_NONE)
        return false;
    at = str_find(head, separator);
    if (at == STR_NONE)
        return false;
    *ret_key = str_trim_end(str_slice(line, 0, at));
    *ret_value = str_trim(str_from(line, at + separator.n));
    return ret_key->n != 0;
}

/* "Event ID 2020" heads a section of a support article. */
static struct event_word bare_id(str line)
{
    struct event_word word = { .key = EVENT_KEY_ID, .strong = true };
    uint64_t id;

    if (!str_take_nocase(&line, STR("Event ID ")))
        return (struct event_word){ 0 };
    word.value = str_trim(line);
    return str_u64(word.value, &id) ? word : (struct event_word){ 0 };
}

struct event_word event_word(str line)
{
    static const str separators[] = { STR_INIT(":"), STR_INIT("\xef\xbc\x9a"), STR_INIT(" - "),
        STR_INIT(" -") };
    static struct firsts firsts;
    const struct key_row *row = NULL;
    struct event_word word = { 0 };
    str key, value;

    line = str_trim(line);
    if (!firsts_has(FIRSTS_OF(&firsts, keys), line))
        return word;
    for (size_t i = 0; i < sizeof(separators) / sizeof(separators[0]) && row == NULL; i++) {
        if (!split(line, separators[i], &key, &value))
            continue;
        row = find_key(key);
        word.wide = i == 0 && key.n < line.n && is_blank(line.p[key.n]);
    }
    if (row == NULL)
        return bare_id(line);
    word.key = row->key;
    word.strong = row->strong;
    word.value = value;
    if (word.key == EVENT_KEY_DATA && value.n != 0)
        word.key = has_date(value) ? EVENT_KEY_DATE : EVENT_KEY_NONE;
    /* 事件 is a time only with a time behind it. */
    if (str_eq(row->name, STR("事件")) && (value.n == 0 || !is_digit(value.p[0])))
        word.key = EVENT_KEY_NONE;
    return word;
}

bool event_level(str word, uint64_t *ret)
{
    word = str_trim(word);
    if (str_u64(word, ret))
        return *ret <= 5;
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (str_eq_nocase(levels[i].word, word)) {
            *ret = levels[i].level;
            return true;
        }
    }
    return false;
}

struct shown_date {
    uint64_t a, b, c;
    char separator;
};

/* Three numbers with one separator: 12/27/2023, 2007-8-11, 27.12.2023. */
static bool take_date(str *s, struct shown_date *ret)
{
    str rest = *s;
    struct shown_date d;

    if (!str_take_u64(&rest, &d.a) || rest.n == 0)
        return false;
    d.separator = rest.p[0];
    if (d.separator != '/' && d.separator != '-' && d.separator != '.')
        return false;
    rest = str_from(rest, 1);
    str_skip_blanks(&rest); /* "27. 12. 2023" */
    if (!str_take_u64(&rest, &d.b) || !str_take_char(&rest, d.separator))
        return false;
    str_skip_blanks(&rest);
    if (!str_take_u64(&rest, &d.c))
        return false;
    *s = rest;
    *ret = d;
    return true;
}

/* Orders the parts; false when day and month cannot be told apart or it is no date. */
static bool order_date(
        const struct shown_date *d, enum event_order *order, struct civil *c, bool *ret_ambiguous)
{
    uint64_t day = d->b, month = d->a, year = d->c;

    if (d->a > 31) { /* year first */
        year = d->a;
        month = d->b;
        day = d->c;
    } else if (d->separator == '.' || d->a > 12) {
        day = d->a;
        month = d->b;
        if (d->separator != '.' && month <= 12)
            *order = EVENT_ORDER_DAY_FIRST;
    } else if (d->b > 12) {
        if (d->b <= 31)
            *order = EVENT_ORDER_MONTH_FIRST;
    } else if (d->a != d->b && *order == EVENT_ORDER_UNKNOWN) {
        *ret_ambiguous = true;
        return false;
    } else if (*order == EVENT_ORDER_DAY_FIRST) {
        day = d->a;
        month = d->b;
    }
    if (year < 100)
        year += year < 70 ? 2000 : 1900;
    if (year > 2200 || month > 12 || day > 31)
        return false;
    c->year = (int)year;
    c->month = (int)month;
    c->day = (int)day;
    return true;
}

/* "12:17:15", "5:29 PM", "下午 5:29:01". */
static bool take_time(str s, struct civil *c)
{
    uint64_t hour, minute, second = 0;
    bool pm, am;

    s = str_trim(s);
    pm = str_take(&s, STR("下午")) || str_take(&s, STR("午後"));
    am = !pm && (str_take(&s, STR("上午")) || str_take(&s, STR("午前")));
    s = str_trim(s);
    if (!str_take_u64(&s, &hour) || !str_take_char(&s, ':') || !str_take_u64(&s, &minute))
        return false;
    if (str_take_char(&s, ':') && !str_take_u64(&s, &second))
        return false;
    if (str_take_char(&s, '.'))
        while (s.n != 0 && is_digit(s.p[0]))
            s = str_from(s, 1);
    while (s.n != 0 && (unsigned char)s.p[0] >= 0x80) /* a narrow no-break blank before AM */
        s = str_from(s, 1);
    s = str_trim(s);
    pm |= str_starts_nocase(s, STR("PM")) || str_starts_nocase(s, STR("p. m."));
    am |= str_starts_nocase(s, STR("AM")) || str_starts_nocase(s, STR("a. m."));
    if (hour > 23 || minute > 59 || second > 60 || ((am || pm) && hour > 12))
        return false;
    if (am || pm)
        hour = hour % 12 + (pm ? 12 : 0);
    c->hour = (int)hour;
    c->minute = (int)minute;
    c->second = (int)second;
    return true;
}

bool event_when(str date, str time, enum event_order *order, struct when *ret, bool *ret_ambiguous)
{
    struct shown_date d;
    struct civil c = { 0 };
    str rest = date = str_trim(date);
    int64_t ns;

    *ret_ambiguous = false;
    if (when_take_iso(&rest, ret))
        return true;
    if (!take_date(&date, &d) || !order_date(&d, order, &c, ret_ambiguous))
        return false;
    (void)str_take_char(&date, ',');
    if (!take_time(time.n != 0 ? time : date, &c) || !civil_to_ns(&c, &ns))
        return false;
    *ret = when_local(ns);
    return true;
}

void event_learn_order(str text, enum event_order *order)
{
    size_t at;

    while (*order == EVENT_ORDER_UNKNOWN && (at = str_find_char(text, '/')) != STR_NONE) {
        size_t from = at;
        struct shown_date d;
        struct civil c;
        bool ambiguous;
        str here;

        while (from > 0 && at - from < 4 && is_digit(text.p[from - 1]))
            from--;
        here = str_from(text, from);
        if (at - from <= 2 && take_date(&here, &d) && d.c > 1990 && d.c < 2200)
            (void)order_date(&d, order, &c, &ambiguous);
        text = str_from(text, at + 1);
    }
}
