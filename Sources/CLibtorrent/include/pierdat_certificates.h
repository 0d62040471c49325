#ifndef PIERDAT_CERTIFICATES_H
#define PIERDAT_CERTIFICATES_H

#include "pierdat_error.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Tells OpenSSL where this system stores the certificates of authorities. Call it before the first connection.
void pierdat_certificates_find(void);

/// Fills `error` with the reason why a server's certificate is not trusted, and advice. `verdict` is the result
/// of SSL_get_verify_result(3).
void pierdat_certificates_explain(long verdict, pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
