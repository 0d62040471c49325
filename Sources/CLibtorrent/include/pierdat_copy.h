#ifndef PIERDAT_COPY_H
#define PIERDAT_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "pierdat_error.h"
#include "pierdat_metadata.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The result of pierdat_params_copy_files.
typedef struct pierdat_copied {
    /// Bytes that are now shared between both folders, and bytes that were copied.
    int64_t cloned;
    int64_t copied;
    /// All wanted files were complete in the first folder and are now in the second.
    bool is_complete;
} pierdat_copied;

/// Copies the wanted files and links of the metadata from the folder `from` to `to`. Skips missing
/// files. Follows no links below `to`. The parts of unwanted files that pieces need go to a part
/// file in `part_folder`. Returns false and fills `error` if `to` cannot be written.
bool pierdat_params_copy_files(const pierdat_params *params, const char *from, const char *to,
                               const char *part_folder, pierdat_copied *copied, pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
