#include "http_answer.hpp"

#include <stdexcept>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/status.hpp>

namespace pierdat {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::uint32_t max_header_bytes = 64 * 1024;

/// Without what steers a terminal: it is the server's.
std::string printable(std::string text) {
    for (char &c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return text;
}

}  // namespace

void limit(AnswerParser &parser, std::size_t longest_body) {
    parser.header_limit(max_header_bytes);
    parser.body_limit(longest_body);
}

std::optional<std::string> location_of(Answer const &answer) {
    auto const location = answer.find(http::field::location);
    bool const leads_on = http::to_status_class(answer.result()) == http::status_class::redirection;
    if (!leads_on || location == answer.end()) return std::nullopt;
    return std::string(location->value());
}

std::string body_of(Answer answer) {
    if (answer.result() != http::status::ok)
        throw std::runtime_error("the server says " + std::to_string(answer.result_int()) + " "
                                 + printable(std::string(answer.reason())));
    auto const encoding = answer.find(http::field::content_encoding);
    // Whoever reads a torrent unpacks gzip (RFC 9110, 8.4.1.3), whether it is the file's or the server's.
    bool const is_known = encoding == answer.end() || beast::iequals(encoding->value(), "identity")
                          || beast::iequals(encoding->value(), "gzip") || beast::iequals(encoding->value(), "x-gzip");
    if (!is_known)
        throw std::runtime_error("the server sends it in the encoding " + printable(std::string(encoding->value()))
                                 + ", which was not asked for");
    return std::move(answer.body());
}

void expect_tunnel(Tunnel const &answer) {
    if (http::to_status_class(answer.result()) != http::status_class::successful)
        throw std::runtime_error("the proxy says " + std::to_string(answer.result_int()) + " "
                                 + printable(std::string(answer.reason())));
}

std::string in_words(beast::error_code const &error) {
    if (error == beast::error::timeout) return "the server was not done in time";
    if (error == http::error::body_limit) return "the server's answer is too large for a torrent";
    if (error == http::error::header_limit) return "the header of the server's answer is too large";
    if (error == http::error::end_of_stream) return "the server closes without an answer";
    bool const is_cut = error == http::error::partial_message || error == boost::asio::error::eof
                        || error == boost::asio::error::connection_reset
                        || error == boost::asio::ssl::error::stream_truncated;
    if (is_cut) return "the server breaks its answer off";
    if (error.category() == make_error_code(http::error::bad_version).category())
        return "the server's answer is not HTTP as it should be: " + error.message();
    return error.message();
}

}  // namespace pierdat
