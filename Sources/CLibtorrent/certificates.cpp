#include "certificates.hpp"

#include <dirent.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509.h>

#include "NetworkGuard/network.hpp"
#include "error.hpp"
#include "pierdat_certificates.h"

namespace pierdat {

namespace {

constexpr char const *bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Red Hat
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine without packages
};

bool is_readable(char const *file) { return ::access(file, R_OK) == 0; }

bool holds_files(char const *folder) {
    DIR *const stream = ::opendir(folder);
    if (stream == nullptr) return false;
    bool found = false;
    while (dirent const *entry = ::readdir(stream)) found = found || entry->d_name[0] != '.';
    ::closedir(stream);
    return found;
}

char const *named_file() { return std::getenv(X509_get_default_cert_file_env()); }
char const *named_folder() { return std::getenv(X509_get_default_cert_dir_env()); }

bool has_own_place() {
    // OpenSSL looks up single files by the authority's name, which takes less memory than a bundle.
    return is_readable(X509_get_default_cert_file()) || holds_files(X509_get_default_cert_dir());
}

std::string advice() {
    if (named_file() != nullptr && !is_readable(named_file()))
        return std::string("SSL_CERT_FILE=") + named_file() + " cannot be read";
    if (named_file() == nullptr && named_folder() == nullptr && !has_own_place())
        return "this system has no certificates of authorities: install ca-certificates, or set "
               "SSL_CERT_FILE to a file with them";
    return "if the authority is your own, set SSL_CERT_FILE to its certificate";
}

}  // namespace

void find_certificates() {
    if (named_file() != nullptr || named_folder() != nullptr || has_own_place()) return;
    for (char const *bundle : bundles) {
        if (!is_readable(bundle)) continue;
        ::setenv(X509_get_default_cert_file_env(), bundle, 0);
        return;
    }
}

/// libtorrent's protection against server-side request forgery.
char const *const words_for_mitigated_tracker =
    "it is not contacted: a tracker on this host needs a path that begins with /announce, none may have a query "
    "with parameters of an announce, and none may redirect from the internet into a private network";

namespace {

/// True if a connection failed because of the server's certificate.
bool is_distrust(lt::error_code const &error) {
    return error.category() == boost::asio::error::get_ssl_category()
           && ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_CERTIFICATE_VERIFY_FAILED;
}

/// The reason for a result of SSL_get_verify_result(3).
std::string words_for_distrust(long verdict) {
    switch (verdict) {
        // The chain is valid, so the name does not match. libcurl reports no verdict in that case.
        case X509_V_OK:
        case X509_V_ERR_UNSPECIFIED: return "its certificate is for another name";
        case X509_V_ERR_CERT_NOT_YET_VALID:
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return std::string("its ") + X509_verify_cert_error_string(verdict) + "; is the clock right?";
        default:
            return std::string("its certificate is not trusted (") + X509_verify_cert_error_string(verdict)
                   + "); " + advice();
    }
}

}  // namespace

std::string words_for(lt::error_code const &error) {
    if (is_distrust(error)) return "its certificate is not trusted; " + advice();
    if (error == lt::errors::invalid_redirection)
        return "it redirects too often, or to something that is not a web server";
    if (error == lt::errors::ssrf_mitigation) return words_for_mitigated_tracker;
    return refusal_of(error) == PIERDAT_REFUSAL_ADDRESS ? "its address is not permitted" : error.message();
}

}  // namespace pierdat

void pierdat_certificates_find(void) try {
    pierdat::find_certificates();
} catch (...) {
    pierdat::end_process();
}

void pierdat_certificates_explain(long verdict, pierdat_error *error) {
    pierdat::guarded<bool>(error, false, [&] {
        pierdat::fill(error, -1, pierdat::words_for_distrust(verdict).c_str());
        return true;
    });
}
