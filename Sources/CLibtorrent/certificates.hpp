#pragma once

#include <string>

#include <libtorrent/error_code.hpp>

namespace pierdat {

/// Tells OpenSSL where this system stores the certificates of authorities. A static OpenSSL knows only the
/// path of one distribution. Call it before the first connection.
void find_certificates();

/// The error in words; where it is a certificate, with what to do about it. Without what refusal_of tells.
std::string words_for(lt::error_code const &error);

}  // namespace pierdat
