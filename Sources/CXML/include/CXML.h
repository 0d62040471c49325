/// expat for Swift: a document is parsed at once, with a callback for each element and text.
#ifndef PIERDAT_CXML_H
#define PIERDAT_CXML_H

#include <stddef.h>

/// The callbacks of a parse. The name of an element begins with its namespace: "urn:example name". Strings are
/// valid during the call.
typedef struct pierdat_xml_events {
    /// Passed to all callbacks.
    void *context;
    /// `attributes` are names and values in turn, and end with NULL.
    void (*begin)(void *context, const char *name, const char *const *attributes);
    /// The text of an element may come in several parts. Not NUL-terminated.
    void (*text)(void *context, const char *text, size_t length);
    void (*end)(void *context, const char *name);
} pierdat_xml_events;

/// How a parse ended.
typedef struct pierdat_xml_result {
    /// NULL if the document is well-formed, otherwise what is wrong with it. Static.
    const char *fault;
    /// The line of the fault, from 1.
    unsigned long line;
} pierdat_xml_result;

/// Parses a document. A document type declaration is a fault, so that there are no entities to expand.
pierdat_xml_result pierdat_xml_parse(const void *bytes, size_t length, pierdat_xml_events events);

#endif
