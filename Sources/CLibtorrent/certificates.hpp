#pragma once

#include <string>

#include <libtorrent/error_code.hpp>

namespace pierdat {

/// Tells OpenSSL where this system stores the certificates of authorities. A static OpenSSL knows only the
/// path of one distribution. Call it before the first connection.
void find_certificates();

/// The error as a message for the user. If it is about a certificate, with advice. Without the reason that
/// refusal_of() returns.
std::string words_for(lt::error_code const &error);

}  // namespace pierdat
