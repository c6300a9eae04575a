/* SPDX-License-Identifier: Apache-2.0 */
#include "diag.h"

const char *diag_level_name(enum diag_level level)
{
    static const char *const names[] = {
        [DIAG_NOTE] = "note",
        [DIAG_WARNING] = "warning",
        [DIAG_ERROR] = "error",
    };

    return names[level];
}
