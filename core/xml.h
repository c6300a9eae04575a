/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xml: one record of XML, pushed as calls. Names lose their namespace prefix. There is no DTD: a
 * record with one stops there, so no entity but the five of XML ever expands and nothing external
 * is read. Nesting ends at LIMIT_NESTING.
 *
 * What the calls get is borrowed and dies when they return. A text comes in pieces.
 */
#pragma once

#include "arena.h"

struct xml;

struct xml_attributes {
    const char **list; /* name, value, ..., NULL */
};

struct xml_calls {
    void (*open)(void *ctx, str name, struct xml_attributes attributes);
    void (*close)(void *ctx, str name);
    void (*text)(void *ctx, str text);
};

enum xml_end {
    XML_END_WHOLE,   /* one element from its start tag to its end tag */
    XML_END_DAMAGED, /* cut off or not well-formed; what stood before was told */
    XML_END_DEEP,    /* nested deeper than LIMIT_NESTING */
};

struct xml *xml_create(void);
void xml_destroy(struct xml *x);
/* Any number of records, one after the other, through one struct xml. */
enum xml_end xml_read(struct xml *x, str record, const struct xml_calls *calls, void *ctx);
/*
 * The same in a tenth of the time, of a record that uses little of XML. False: it was declined, rightly or for a
 * comment, and what was told by then counts for nothing.
 */
bool xml_read_plain(str record, const struct xml_calls *calls, void *ctx);
/* How far into the record the last xml_read came. */
size_t xml_reached(const struct xml *x);
/* The value of an attribute; absent when there is none. */
str xml_attribute(struct xml_attributes attributes, str name);

/*
 * A copy in which the usual damage is mended, for a second try: control characters and references
 * to characters that XML forbids become blanks, a bare & or < becomes text, typographic quotes and
 * no-break blanks inside a tag become plain ones.
 */
str xml_mend(struct arena *a, str record);
