#include "web_seed_failure.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include "CLibtorrent/certificates.hpp"
#include "NetworkGuard/network.hpp"

namespace pierdat {

namespace {

std::string words_for_web_seed(lt::error_code const &error) {
    using namespace lt::errors;
    if (error == failed_hash_check) return "its data does not match the torrent; has the file changed?";
    if (error == peer_banned) return "it sent corrupt data and is no longer used";
    if (error == invalid_range) return "it sent other bytes than requested";
    if (error == no_content_length) return "its answer has no Content-Length";
    bool const is_no_status = error.category() == lt::http_category() && error.value() == 0;
    if (error == http_parse_error || is_no_status) return "its answer is not HTTP";
    if (error == missing_location) return "its redirect has no Location";
    bool const is_closed = error == boost::asio::error::eof || error == boost::asio::ssl::error::stream_truncated;
    if (is_closed) return "it closed the connection before it answered";
    bool const is_late = error == timed_out || error == timed_out_inactivity || error == timed_out_no_request;
    if (is_late) return "it did not answer in time";
    return words_for(error);
}

/// The host and port of a URL.
std::string authority_of(std::string const &url) {
    auto const scheme = url.find("://");
    auto const start = scheme == std::string::npos ? 0 : scheme + 3;
    std::string const authority = url.substr(start, url.find_first_of("/?#", start) - start);
    return authority.substr(authority.rfind('@') + 1);
}

}  // namespace

WebSeedFailure::WebSeedFailure(lt::url_seed_alert const &alert) : url(alert.server_url()), file(alert.error_message()), refusal(refusal_of(alert.error)) {
    auto const end = url.find('\n');
    bool const is_redirected = end != std::string::npos;
    std::string const target = is_redirected ? url.substr(end + 1) : "";
    url.resize(is_redirected ? end : url.size());
    if (alert.error == lt::errors::ssrf_mitigation)
        reason = is_redirected ? "it redirects from the internet into a private network"
                               : "it is in a private network, where a URL with a query ('?') is not requested";
    else reason = words_for_web_seed(alert.error);
    if (is_redirected) reason += " (at " + authority_of(target) + ", to which it redirects)";
}

}  // namespace pierdat
