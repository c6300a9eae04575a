/* SPDX-License-Identifier: Apache-2.0 */
#include "systeminfo_keys.h"

#include "literal.h"

static const struct {
    str key;
    uint8_t place;
} keys[] = {
    /* clang-format off: a table */
    { STR_INIT("Host Name"), PLACE_NAME }, { STR_INIT("OS Name"), PLACE_OS },
    { STR_INIT("OS Version"), PLACE_VERSION }, { STR_INIT("System Boot Time"), PLACE_BOOT },
    { STR_INIT("System Up Time"), PLACE_BOOT }, { STR_INIT("System Manufacturer"), PLACE_MAKER },
    { STR_INIT("System Model"), PLACE_MODEL }, { STR_INIT("System Type"), PLACE_TYPE },
    { STR_INIT("Processor(s)"), PLACE_CPUS }, { STR_INIT("BIOS Version"), PLACE_BIOS },
    { STR_INIT("System Locale"), PLACE_LOCALE }, { STR_INIT("Time Zone"), PLACE_ZONE },
    { STR_INIT("Total Physical Memory"), PLACE_RAM },
    { STR_INIT("Available Physical Memory"), PLACE_AVAILABLE },
    { STR_INIT("Virtual Memory: Max Size"), PLACE_LIMIT },
    { STR_INIT("Virtual Memory: Available"), PLACE_FREE },
    { STR_INIT("Virtual Memory: In Use"), PLACE_COMMIT },
    { STR_INIT("Page File: Max Size"), PLACE_LIMIT },
    { STR_INIT("Page File: Available"), PLACE_FREE },
    { STR_INIT("Page File: In Use"), PLACE_COMMIT },

    { STR_INIT("Hostname"), PLACE_NAME }, { STR_INIT("Betriebssystemname"), PLACE_OS },
    { STR_INIT("Betriebssystemversion"), PLACE_VERSION },
    { STR_INIT("Systemstartzeit"), PLACE_BOOT }, { STR_INIT("Systembetriebszeit"), PLACE_BOOT },
    { STR_INIT("Systemhersteller"), PLACE_MAKER }, { STR_INIT("Systemmodell"), PLACE_MODEL },
    { STR_INIT("Systemtyp"), PLACE_TYPE }, { STR_INIT("Prozessor(en)"), PLACE_CPUS },
    { STR_INIT("BIOS-Version"), PLACE_BIOS }, { STR_INIT("Systemgebietsschema"), PLACE_LOCALE },
    { STR_INIT("Zeitzone"), PLACE_ZONE }, { STR_INIT("Gesamter physischer Speicher"), PLACE_RAM },
    { STR_INIT("Gesamter physikalischer Speicher"), PLACE_RAM },
    { STR_INIT("Verfügbarer physischer Speicher"), PLACE_AVAILABLE },
    { STR_INIT("Verfügbarer physikalischer Speicher"), PLACE_AVAILABLE },
    { STR_INIT("Virtueller Arbeitsspeicher: Maximale Größe"), PLACE_LIMIT },
    { STR_INIT("Virtueller Arbeitsspeicher: Verfügbar"), PLACE_FREE },
    { STR_INIT("Virtueller Arbeitsspeicher: Zurzeit verwendet"), PLACE_COMMIT },

    { STR_INIT("Nom de l'hôte"), PLACE_NAME }, { STR_INIT("Nom de l’hôte"), PLACE_NAME },
    { STR_INIT("Nom du système d'exploitation"), PLACE_OS },
    { STR_INIT("Nom du système d’exploitation"), PLACE_OS },
    { STR_INIT("Version du système"), PLACE_VERSION },
    { STR_INIT("Heure de démarrage du système"), PLACE_BOOT },
    { STR_INIT("Fabricant du système"), PLACE_MAKER },
    { STR_INIT("Modèle du système"), PLACE_MODEL }, { STR_INIT("Type du système"), PLACE_TYPE },
    { STR_INIT("Processeur(s)"), PLACE_CPUS }, { STR_INIT("Version du BIOS"), PLACE_BIOS },
    { STR_INIT("Option régionale du système"), PLACE_LOCALE },
    { STR_INIT("Fuseau horaire"), PLACE_ZONE }, { STR_INIT("Mémoire physique totale"), PLACE_RAM },
    { STR_INIT("Mémoire physique disponible"), PLACE_AVAILABLE },
    { STR_INIT("Mémoire virtuelle : taille maximale"), PLACE_LIMIT },
    { STR_INIT("Mémoire virtuelle : disponible"), PLACE_FREE },
    { STR_INIT("Mémoire virtuelle : en cours d'utilisation"), PLACE_COMMIT },
    { STR_INIT("Mémoire virtuelle : en cours d’utilisation"), PLACE_COMMIT },

    { STR_INIT("Nombre de host"), PLACE_NAME },
    { STR_INIT("Nombre del sistema operativo"), PLACE_OS },
    { STR_INIT("Versión del sistema operativo"), PLACE_VERSION },
    { STR_INIT("Tiempo de arranque del sistema"), PLACE_BOOT },
    { STR_INIT("Fabricante del sistema"), PLACE_MAKER },
    { STR_INIT("Modelo el sistema"), PLACE_MODEL }, { STR_INIT("Modelo del sistema"), PLACE_MODEL },
    { STR_INIT("Tipo de sistema"), PLACE_TYPE }, { STR_INIT("Procesador(es)"), PLACE_CPUS },
    { STR_INIT("Versión del BIOS"), PLACE_BIOS },
    { STR_INIT("Configuración regional del sistema"), PLACE_LOCALE },
    { STR_INIT("Zona horaria"), PLACE_ZONE },
    { STR_INIT("Cantidad total de memoria física"), PLACE_RAM },
    { STR_INIT("Memoria física disponible"), PLACE_AVAILABLE },
    { STR_INIT("Memoria virtual: tamaño máximo"), PLACE_LIMIT },
    { STR_INIT("Memoria virtual: disponible"), PLACE_FREE },
    { STR_INIT("Memoria virtual: en uso"), PLACE_COMMIT },

    { STR_INIT("Nome host"), PLACE_NAME }, { STR_INIT("Nome SO"), PLACE_OS },
    { STR_INIT("Versione SO"), PLACE_VERSION }, { STR_INIT("Tempo di avvio sistema"), PLACE_BOOT },
    { STR_INIT("Produttore sistema"), PLACE_MAKER }, { STR_INIT("Modello sistema"), PLACE_MODEL },
    { STR_INIT("Tipo sistema"), PLACE_TYPE }, { STR_INIT("Processore"), PLACE_CPUS },
    { STR_INIT("Versione BIOS"), PLACE_BIOS },
    { STR_INIT("Impostazioni locali sistema"), PLACE_LOCALE },
    { STR_INIT("Fuso orario"), PLACE_ZONE }, { STR_INIT("Memoria fisica totale"), PLACE_RAM },
    { STR_INIT("Memoria fisica disponibile"), PLACE_AVAILABLE },
    { STR_INIT("Memoria virtuale: dimensione massima"), PLACE_LIMIT },
    { STR_INIT("Memoria virtuale: disponibile"), PLACE_FREE },
    { STR_INIT("Memoria virtuale: in uso"), PLACE_COMMIT },

    { STR_INIT("Nome do host"), PLACE_NAME }, { STR_INIT("Nome do sistema operacional"), PLACE_OS },
    { STR_INIT("Versão do sistema operacional"), PLACE_VERSION },
    { STR_INIT("Tempo de Inicialização do Sistema"), PLACE_BOOT },
    { STR_INIT("Fabricante do sistema"), PLACE_MAKER },
    { STR_INIT("Modelo do sistema"), PLACE_MODEL }, { STR_INIT("Processador(es)"), PLACE_CPUS },
    { STR_INIT("Versão do BIOS"), PLACE_BIOS }, { STR_INIT("Localidade do sistema"), PLACE_LOCALE },
    { STR_INIT("Fuso horário"), PLACE_ZONE }, { STR_INIT("Memória física total"), PLACE_RAM },
    { STR_INIT("Memória física disponível"), PLACE_AVAILABLE },
    { STR_INIT("Memória Virtual: Tamanho Máximo"), PLACE_LIMIT },
    { STR_INIT("Memória Virtual: Disponível"), PLACE_FREE },
    { STR_INIT("Memória Virtual: Em Uso"), PLACE_COMMIT },

    { STR_INIT("Имя узла"), PLACE_NAME }, { STR_INIT("Название ОС"), PLACE_OS },
    { STR_INIT("Версия ОС"), PLACE_VERSION }, { STR_INIT("Время загрузки системы"), PLACE_BOOT },
    { STR_INIT("Изготовитель системы"), PLACE_MAKER }, { STR_INIT("Модель системы"), PLACE_MODEL },
    { STR_INIT("Тип системы"), PLACE_TYPE }, { STR_INIT("Процессор(ы)"), PLACE_CPUS },
    { STR_INIT("Версия BIOS"), PLACE_BIOS }, { STR_INIT("Язык системы"), PLACE_LOCALE },
    { STR_INIT("Часовой пояс"), PLACE_ZONE },
    { STR_INIT("Полный объем физической памяти"), PLACE_RAM },
    { STR_INIT("Доступная физическая память"), PLACE_AVAILABLE },
    { STR_INIT("Виртуальная память: Макс. размер"), PLACE_LIMIT },
    { STR_INIT("Виртуальная память: Доступна"), PLACE_FREE },
    { STR_INIT("Виртуальная память: Используется"), PLACE_COMMIT },

    { STR_INIT("主机名"), PLACE_NAME }, { STR_INIT("OS 名称"), PLACE_OS },
    { STR_INIT("OS 版本"), PLACE_VERSION }, { STR_INIT("系统启动时间"), PLACE_BOOT },
    { STR_INIT("系统制造商"), PLACE_MAKER }, { STR_INIT("系统型号"), PLACE_MODEL },
    { STR_INIT("系统类型"), PLACE_TYPE }, { STR_INIT("处理器"), PLACE_CPUS },
    { STR_INIT("BIOS 版本"), PLACE_BIOS }, { STR_INIT("系统区域设置"), PLACE_LOCALE },
    { STR_INIT("时区"), PLACE_ZONE }, { STR_INIT("物理内存总量"), PLACE_RAM },
    { STR_INIT("可用的物理内存"), PLACE_AVAILABLE }, { STR_INIT("虚拟内存: 最大值"), PLACE_LIMIT },
    { STR_INIT("虚拟内存: 可用"), PLACE_FREE }, { STR_INIT("虚拟内存: 使用中"), PLACE_COMMIT },

    { STR_INIT("ホスト名"), PLACE_NAME }, { STR_INIT("OS 名"), PLACE_OS },
    { STR_INIT("OS バージョン"), PLACE_VERSION }, { STR_INIT("システム起動時間"), PLACE_BOOT },
    { STR_INIT("システム製造元"), PLACE_MAKER }, { STR_INIT("システム モデル"), PLACE_MODEL },
    { STR_INIT("システムの種類"), PLACE_TYPE }, { STR_INIT("プロセッサ"), PLACE_CPUS },
    { STR_INIT("BIOS バージョン"), PLACE_BIOS }, { STR_INIT("システム ロケール"), PLACE_LOCALE },
    { STR_INIT("タイム ゾーン"), PLACE_ZONE }, { STR_INIT("物理メモリの合計"), PLACE_RAM },
    { STR_INIT("利用できる物理メモリ"), PLACE_AVAILABLE },
    { STR_INIT("仮想メモリ: 最大サイズ"), PLACE_LIMIT },
    { STR_INIT("仮想メモリ: 利用可能"), PLACE_FREE },
    { STR_INIT("仮想メモリ: 使用中"), PLACE_COMMIT },
    /* clang-format on */
};

size_t systeminfo_key(str line, str *ret_value)
{
    static struct firsts firsts;

    if (!firsts_has(FIRSTS_OF(&firsts, keys), line))
        return PLACES;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        str rest = line;

        if (!str_take_nocase(&rest, keys[i].key))
            continue;
        while (str_take_char(&rest, ' ') || str_take(&rest, STR("\xc2\xa0")))
            ;
        if (!str_take_char(&rest, ':') && !str_take(&rest, STR("\xef\xbc\x9a")))
            continue;
        *ret_value = str_trim(rest);
        return keys[i].place;
    }
    return PLACES;
}
