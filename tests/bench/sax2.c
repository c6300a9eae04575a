/* SPDX-License-Identifier: Apache-2.0 */
/* sax2: libxml2's push parser over a file with empty handlers that count elements: the peer of the bench. */
#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

static unsigned long elements;

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
        int nns, const xmlChar **ns, int natts, int ndefault, const xmlChar **atts)
{
    (void)ctx, (void)name, (void)prefix, (void)uri, (void)nns, (void)ns;
    (void)natts, (void)ndefault, (void)atts;
    elements++;
}

int main(int argc, char **argv)
{
    static char block[262144];
    xmlSAXHandler handler;
    xmlParserCtxtPtr parser;
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    size_t n;

    if (file == NULL)
        return 2;
    memset(&handler, 0, sizeof(handler));
    handler.initialized = XML_SAX2_MAGIC;
    handler.startElementNs = on_start;
    parser = xmlCreatePushParserCtxt(&handler, NULL, NULL, 0, argv[1]);
    while ((n = fread(block, 1, sizeof(block), file)) != 0)
        xmlParseChunk(parser, block, (int)n, 0);
    xmlParseChunk(parser, block, 0, 1);
    xmlFreeParserCtxt(parser);
    fclose(file);
    printf("%lu\n", elements);
    return 0;
}
