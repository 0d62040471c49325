#include "pierdat_http.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <libtorrent/aux_/ip_helpers.hpp>

#include "NetworkGuard/network.hpp"
#include "certificates.hpp"
#include "error.hpp"
#include "http_answer.hpp"
#include "http_route.hpp"

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace asio = boost::asio;
using asio::ip::tcp;

using pierdat::Answer;

/// One request on one connection.
class Exchange {
public:
    Exchange(pierdat_http_request const &request, pierdat::Deadline deadline)
        : request_(request), deadline_(deadline) {}

    Answer run() {
        if (!request_.is_secure) {
            beast::tcp_stream stream(context_);
            connect(stream);
            return converse(stream);
        }
        asio::ssl::context tls(asio::ssl::context::tls_client);
        tls.set_default_verify_paths();
        tls.set_verify_mode(asio::ssl::verify_peer);
        beast::ssl_stream<beast::tcp_stream> stream(context_, tls);
        stream.set_verify_callback(asio::ssl::host_name_verification(request_.host));
        SSL_set_tlsext_host_name(stream.native_handle(), request_.host);
        connect(beast::get_lowest_layer(stream));
        shake_hands(stream);
        return converse(stream);
    }

    /// Whether the server that was connected to is on the public internet; never behind a proxy.
    bool is_public() const { return is_public_; }

private:
    /// Runs one asynchronous operation to its end: only those heed the deadline.
    template <typename Start>
    void wait(Start start) {
        beast::error_code result;
        start([&result](beast::error_code error, auto &&...) { result = error; });
        context_.restart();
        context_.run();
        if (result) throw beast::system_error(result);
    }

    /// To the server, or to the proxy and through it.
    void connect(beast::tcp_stream &stream) {
        pierdat::Route const route(request_, deadline_);
        route.connect(stream, [&](auto start) { wait(start); });
        bool const is_direct = request_.proxy.kind == PIERDAT_PROXY_NONE;
        is_public_ = is_direct && lt::aux::is_public(stream.socket().remote_endpoint().address());
    }

    void shake_hands(beast::ssl_stream<beast::tcp_stream> &stream) {
        try {
            wait([&](auto done) { stream.async_handshake(asio::ssl::stream_base::client, done); });
        } catch (beast::system_error const &failure) {
            if (!pierdat::is_distrust(failure.code())) throw;
            throw std::runtime_error(pierdat::words_for_distrust(SSL_get_verify_result(stream.native_handle())));
        }
    }

    template <typename Stream>
    Answer converse(Stream &stream) {
        // A proxy for http is told the whole URL, and passes the request on.
        bool const is_forwarded = request_.proxy.kind == PIERDAT_PROXY_HTTP && !request_.is_secure;
        std::string const target =
            is_forwarded ? std::string("http://") + request_.authority + request_.target : request_.target;
        http::request<http::empty_body> request(http::verb::get, target, 11);
        if (is_forwarded && request_.proxy.user != nullptr)
            request.set(http::field::proxy_authorization,
                        pierdat::basic_credentials(request_.proxy.user, request_.proxy.password));
        if (request_.user != nullptr)
            request.set(http::field::authorization, pierdat::basic_credentials(request_.user, request_.password));
        request.set(http::field::host, request_.authority);
        request.set(http::field::user_agent, request_.user_agent);
        request.set(http::field::accept, "*/*");
        request.set(http::field::connection, "close");
        wait([&](auto done) { http::async_write(stream, request, done); });

        pierdat::AnswerParser parser;
        pierdat::limit(parser, request_.longest_body);
        beast::flat_buffer buffer;
        wait([&](auto done) { http::async_read(stream, buffer, parser, done); });
        return parser.release();
    }

    asio::io_context context_;
    pierdat_http_request const &request_;
    pierdat::Deadline deadline_;
    bool is_public_ = false;
};

/// One more than there is, for malloc(0) may be NULL.
pierdat_bytes copied(std::string const &body) {
    auto *const data = static_cast<uint8_t *>(std::malloc(body.size() + 1));
    if (data == nullptr) throw std::bad_alloc();
    std::memcpy(data, body.data(), body.size());
    return {data, body.size()};
}

pierdat_http_answer fetch(pierdat_http_request const &request) {
    pierdat::Deadline const deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(request.timeout);
    pierdat_http_answer result{};
    try {
        Exchange exchange(request, deadline);
        Answer answer = exchange.run();
        result.is_public = exchange.is_public();
        if (auto const location = pierdat::location_of(answer)) {
            result.location = ::strndup(location->data(), location->size());
            if (result.location == nullptr) throw std::bad_alloc();
        } else {
            result.body = copied(pierdat::body_of(std::move(answer)));
        }
        return result;
    } catch (beast::system_error const &failed) {
        std::string const restricted = pierdat::words_for_restricted_look_up(failed.code());
        throw std::runtime_error(restricted.empty() ? pierdat::in_words(failed.code()) : restricted);
    }
}

}  // namespace

pierdat_http_answer pierdat_http_get(pierdat_http_request const *request, pierdat_error *error) {
    return pierdat::guarded<pierdat_http_answer>(error, {}, [&] {
        pierdat::find_certificates();
        return fetch(*request);
    });
}

void pierdat_http_answer_free(pierdat_http_answer answer) {
    pierdat_bytes_free(answer.body);
    std::free(answer.location);
}
