#include "http_route.hpp"

#include <sys/socket.h>

#include <cerrno>

#include <algorithm>
#include <cstring>
#include <future>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/detail/base64.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <libtorrent/aux_/ip_helpers.hpp>

#include "NetworkGuard/cloud_metadata.hpp"
#include "NetworkGuard/network.hpp"
#include "http_answer.hpp"
#include "socks.hpp"

namespace pierdat {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

/// getaddrinfo(3), which nothing can stop: where it takes too long, its thread is left behind.
tcp::resolver::results_type look_up(std::string const &host, std::string const &port, Deadline deadline) {
    std::packaged_task<tcp::resolver::results_type()> task([host, port] {
        asio::io_context context;
        return tcp::resolver(context).resolve(host, port);
    });
    auto found = task.get_future();
    std::thread(std::move(task)).detach();
    if (found.wait_until(deadline) != std::future_status::ready)
        throw std::runtime_error("no name server tells the address of " + host + " in time");
    return found.get();
}

}  // namespace

std::string basic_credentials(std::string const &user, std::string const &password) {
    std::string const plain = user + ":" + password;
    std::string encoded(beast::detail::base64::encoded_size(plain.size()), '\0');
    encoded.resize(beast::detail::base64::encode(encoded.data(), plain.data(), plain.size()));
    return "Basic " + encoded;
}

void Route::connect(beast::tcp_stream &stream, Wait const &wait) const {
    connect_to_one(resolve(), stream, wait);
    stream.expires_at(deadline_);
    if (request_.proxy.kind == PIERDAT_PROXY_SOCKS5) ask_socks(stream, wait);
    if (request_.proxy.kind == PIERDAT_PROXY_HTTP && request_.is_secure) ask_for_tunnel(stream, wait);
}

void Route::connect_to_one(Endpoints const &endpoints, beast::tcp_stream &stream, Wait const &wait) const {
    beast::error_code failure = asio::error::host_not_found;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        stream.socket().close(failure);
        stream.socket().open(endpoints[i].protocol());
        leave_by_interface(stream, endpoints[i]);
        // One that is silent leaves time for the others.
        auto const now = std::chrono::steady_clock::now();
        stream.expires_at(now + (deadline_ - now) / static_cast<int>(endpoints.size() - i));
        try {
            wait([&](Done done) {
                stream.async_connect(endpoints[i], [done](beast::error_code error) { done(error, 0); });
            });
            return;
        } catch (beast::system_error const &thrown) {
            failure = thrown.code();
        }
    }
    throw beast::system_error(failure);
}

Route::Endpoints Route::resolve() const {
    bool const has_proxy = request_.proxy.kind != PIERDAT_PROXY_NONE;
    std::string const host = has_proxy ? request_.proxy.host : request_.host;
    std::string const port = std::to_string(has_proxy ? request_.proxy.port : request_.port);
    auto const found = look_up(host, port, deadline_);
    Endpoints endpoints(found.begin(), found.end());
    auto const keep_only = [&](auto is_fit, char const *why) {
        endpoints.erase(std::remove_if(endpoints.begin(), endpoints.end(),
                                       [&](auto const &endpoint) { return !is_fit(endpoint.address()); }),
                        endpoints.end());
        if (endpoints.empty()) throw std::runtime_error(why + host);
    };
    keep_only([](auto const &address) { return !is_cloud_metadata(address) || may_send_to(address); },
              "PIERDAT_ALLOW does not name the address of cloud metadata: ");
    keep_only(may_send_to, "PIERDAT_ALLOW or PIERDAT_DENY forbids every address of ");
    if (request_.is_public_only && !has_proxy)
        keep_only(lt::aux::is_public, "a server on the internet redirects into a private network, to ");
    return endpoints;
}

void Route::leave_by_interface(beast::tcp_stream &stream, tcp::endpoint const &target) const {
    std::string const interface = request_.outgoing_interface;
    if (interface.empty()) return;
    beast::error_code is_name;
    auto const address = asio::ip::make_address(interface, is_name);
    if (!is_name) {
        if (address.is_v4() == target.address().is_v4()) stream.socket().bind({address, 0});
        else throw std::runtime_error("PIERDAT_INTERFACE=" + interface + " reaches no address of another kind");
        return;
    }
    int const result = setsockopt(stream.socket().native_handle(), SOL_SOCKET, SO_BINDTODEVICE,
                                  interface.data(), static_cast<socklen_t>(interface.size()));
    if (result != 0) throw beast::system_error(beast::error_code(errno, boost::system::system_category()));
}

void Route::ask_socks(beast::tcp_stream &stream, Wait const &wait) const {
    auto const say = [&](std::string const &bytes) {
        wait([&](Done done) { asio::async_write(stream, asio::buffer(bytes), done); });
    };
    auto const hear = [&](std::size_t count) {
        std::string bytes(count, '\0');
        wait([&](Done done) { asio::async_read(stream, asio::buffer(bytes), done); });
        return bytes;
    };
    connect_by_socks(request_.host, request_.port, request_.proxy, {say, hear});
}

/// RFC 9110, section 9.3.6.
void Route::ask_for_tunnel(beast::tcp_stream &stream, Wait const &wait) const {
    std::string const host = request_.host;
    std::string const bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
    std::string const target = bracketed + ":" + std::to_string(request_.port);
    http::request<http::empty_body> request(http::verb::connect, target, 11);
    request.set(http::field::host, target);
    if (request_.proxy.user != nullptr)
        request.set(http::field::proxy_authorization, basic_credentials(request_.proxy.user, request_.proxy.password));
    wait([&](Done done) { http::async_write(stream, request, done); });
    beast::flat_buffer buffer;
    TunnelParser parser;
    parser.skip(true);
    wait([&](Done done) { http::async_read_header(stream, buffer, parser, done); });
    expect_tunnel(parser.get());
}

}  // namespace pierdat
