#ifndef PIERDAT_SESSION_H
#define PIERDAT_SESSION_H

#include "pierdat_error.h"
#include "pierdat_metadata.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __cplusplus
}
#endif

#endif
