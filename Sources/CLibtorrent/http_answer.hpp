#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace pierdat {

using Answer = boost::beast::http::response<boost::beast::http::string_body>;
using AnswerParser = boost::beast::http::response_parser<boost::beast::http::string_body>;

/// What a proxy answers that was asked for a tunnel (CONNECT): a header alone.
using Tunnel = boost::beast::http::response<boost::beast::http::empty_body>;
using TunnelParser = boost::beast::http::response_parser<boost::beast::http::empty_body>;

/// Has `parser` fail where an answer is larger than it should be, its body than `longest_body` bytes.
void limit(AnswerParser &parser, std::size_t longest_body);

/// Where a redirect leads to, as the server wrote it; none where the answer is not a redirect.
std::optional<std::string> location_of(Answer const &answer);

/// What was asked for. Throws where the answer is another one.
std::string body_of(Answer answer);

/// Throws where the proxy does not open the tunnel.
void expect_tunnel(Tunnel const &answer);

/// What went wrong on a connection, in words for the user.
std::string in_words(boost::beast::error_code const &error);

}  // namespace pierdat
