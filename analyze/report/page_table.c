/* SPDX-License-Identifier: Apache-2.0 */
/* The table of a finding in the text report. */
#include "page.h"
#include "table_print.h"

bool page_table(struct page *t, const struct finding *f)
{
    if (f->table == NULL)
        return false;
    layout_blank(&t->l);
    table_print(&t->l, &t->arena, f->table, MARGIN);
    return true;
}
