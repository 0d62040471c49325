#ifndef PIERDAT_FINISH_H
#define PIERDAT_FINISH_H

#include <stdbool.h>

#include "pierdat_error.h"
#include "pierdat_metadata.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Makes the wanted files below `folder`, whose data is there and verified, exactly what the torrent has: cuts
/// what is longer. Returns false and fills `error` where one of them is something else, or is kept under another
/// name by the file system.
bool pierdat_params_finish_files(const pierdat_params *params, const char *folder, pierdat_error *error);

/// Makes sure that the wanted files below `folder`, whose data was verified, are no longer than the torrent's,
/// and that the links and the files of no bytes are there. Changes nothing, and follows links to files.
bool pierdat_params_check_files(const pierdat_params *params, const char *folder, pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
