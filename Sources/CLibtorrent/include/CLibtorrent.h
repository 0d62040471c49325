// The C interface to libtorrent-rasterbar, and the only one that Swift uses.
#ifndef PIERDAT_CLIBTORRENT_H
#define PIERDAT_CLIBTORRENT_H

#include "pierdat_certificates.h"
#include "pierdat_copy.h"
#include "pierdat_create.h"
#include "pierdat_error.h"
#include "pierdat_finish.h"
#include "pierdat_gzip.h"
#include "pierdat_metadata.h"
#include "pierdat_network.h"
#include "pierdat_rendezvous.h"
#include "pierdat_session.h"

#endif
