#pragma once

#include <string>

#include <libtorrent/error_code.hpp>

namespace pierdat {

/// Has OpenSSL look for the certificates of authorities where this system keeps them: a static program
/// knows the place of one distribution. Called before the first connection.
void find_certificates();

/// Whether a connection failed for the server's certificate.
bool is_distrust(lt::error_code const &error);

/// Why a certificate is not trusted, by what SSL_get_verify_result(3) says, and what to do about it.
std::string words_for_distrust(long verdict);

/// The error in words; where it is a certificate, with what to do about it.
std::string words_for(lt::error_code const &error);

}  // namespace pierdat
