#ifndef PIERDAT_CERTIFICATES_H
#define PIERDAT_CERTIFICATES_H

#include "pierdat_error.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Has OpenSSL look for the certificates of authorities where this system keeps them. Called before the first
/// connection.
void pierdat_certificates_find(void);

/// Fills `error` with why a server's certificate is not trusted, by what SSL_get_verify_result(3) says, and with
/// what to do about it.
void pierdat_certificates_explain(long verdict, pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
