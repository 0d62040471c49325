#ifndef PIERDAT_FINISH_H
#define PIERDAT_FINISH_H

#include <stdbool.h>

#include "pierdat_error.h"
#include "pierdat_metadata.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Makes the wanted files below `folder`, whose data is verified, exactly match the torrent by
/// truncating longer ones. Returns false and fills `error` if a file has another type or the file
/// system stores it under another name.
bool pierdat_params_finish_files(const pierdat_params *params, const char *folder, pierdat_error *error);

/// Checks that the wanted files below `folder`, whose data is verified, are not longer than in the
/// torrent, and that links and empty files exist. Changes nothing. Follows links to files.
bool pierdat_params_check_files(const pierdat_params *params, const char *folder, pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
