#ifndef PIERDAT_COPY_H
#define PIERDAT_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "pierdat_error.h"
#include "pierdat_metadata.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What came of pierdat_params_copy_files.
typedef struct pierdat_copied {
    /// Bytes that are now shared by both folders, and that were copied.
    int64_t cloned;
    int64_t copied;
    /// Every wanted file was in the first folder, with all of its bytes, and is in the second.
    bool is_complete;
} pierdat_copied;

/// Makes the wanted files and links of the metadata appear below the folder `to` as they are below `from`;
/// what is missing there is left out. Below `to` no link is followed. What pieces need of unwanted files goes
/// to a part file in `part_folder`. Returns false and fills `error` where `to` cannot be written.
bool pierdat_params_copy_files(const pierdat_params *params, const char *from, const char *to,
                               const char *part_folder, pierdat_copied *copied, pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
