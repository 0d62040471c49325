#include <limits.h>
#include <stdbool.h>

#include <expat.h>

#include "CXML.h"

typedef struct parse {
    XML_Parser parser;
    pierdat_xml_events events;
    bool has_type;
} parse;

static void begin(void *context, XML_Char const *name, XML_Char const **attributes) {
    parse const *const parse = context;
    parse->events.begin(parse->events.context, name, (char const *const *)attributes);
}

static void end(void *context, XML_Char const *name) {
    parse const *const parse = context;
    parse->events.end(parse->events.context, name);
}

static void text(void *context, XML_Char const *text, int length) {
    parse const *const parse = context;
    parse->events.text(parse->events.context, text, (size_t)length);
}

static void refuse_type(void *context, XML_Char const *name, XML_Char const *system, XML_Char const *public, int own) {
    (void)name, (void)system, (void)public, (void)own;
    parse *const parse = context;
    parse->has_type = true;
    XML_StopParser(parse->parser, XML_FALSE);
}

pierdat_xml_result pierdat_xml_parse(void const *bytes, size_t length, pierdat_xml_events events) {
    if (length > INT_MAX) return (pierdat_xml_result){"it is too large", 1};
    parse parse = {XML_ParserCreateNS(NULL, ' '), events, false};
    if (parse.parser == NULL) return (pierdat_xml_result){"memory is lacking", 1};
    XML_SetUserData(parse.parser, &parse);
    XML_SetElementHandler(parse.parser, begin, end);
    XML_SetCharacterDataHandler(parse.parser, text);
    XML_SetStartDoctypeDeclHandler(parse.parser, refuse_type);
    pierdat_xml_result result = {NULL, 0};
    if (XML_Parse(parse.parser, bytes, (int)length, XML_TRUE) != XML_STATUS_OK) {
        result.line = XML_GetCurrentLineNumber(parse.parser);
        result.fault = parse.has_type ? "it has a document type declaration"
                                      : XML_ErrorString(XML_GetErrorCode(parse.parser));
    }
    XML_ParserFree(parse.parser);
    return result;
}
