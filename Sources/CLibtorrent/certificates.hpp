#pragma once

#include <string>

#include <libtorrent/error_code.hpp>

namespace pierdat {

/// Has OpenSSL look for the certificates of authorities where this system keeps them: a static program
/// knows the place of one distribution. Called before the first connection.
void find_certificates();

/// The error in words; where it is a certificate, with what to do about it. Without what refusal_of tells.
std::string words_for(lt::error_code const &error);

}  // namespace pierdat
