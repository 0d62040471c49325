#include "http_route.hpp"

#include <sys/socket.h>

#include <cerrno>

#include <array>
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

#include "network.hpp"

namespace pierdat {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

void write(beast::tcp_stream &stream, Route::Wait const &wait, std::string const &bytes) {
    wait([&](Route::Done done) { asio::async_write(stream, asio::buffer(bytes), done); });
}

std::string read(beast::tcp_stream &stream, Route::Wait const &wait, std::size_t count) {
    std::string bytes(count, '\0');
    wait([&](Route::Done done) { asio::async_read(stream, asio::buffer(bytes), done); });
    return bytes;
}

/// RFC 1928, section 6.
char const *meaning(char reply) {
    switch (reply) {
        case 2: return "its rules forbid it";
        case 3: return "the network is unreachable";
        case 4: return "the host is unreachable";
        case 5: return "the connection was refused";
        default: return "it failed";
    }
}

std::string with_length(std::string const &text) {
    if (text.size() > 255) throw std::runtime_error("longer than a SOCKS5 proxy takes: " + text);
    return static_cast<char>(text.size()) + text;
}

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

std::string basic_credentials(pierdat_proxy const &proxy) {
    std::string const plain = std::string(proxy.user) + ":" + proxy.password;
    std::string encoded(beast::detail::base64::encoded_size(plain.size()), '\0');
    encoded.resize(beast::detail::base64::encode(encoded.data(), plain.data(), plain.size()));
    return "Basic " + encoded;
}

void Route::connect(beast::tcp_stream &stream, Wait const &wait) const {
    connect_to_one(resolve(), stream, wait);
    stream.expires_at(deadline_);
    if (request_.proxy.kind == PIERDAT_PROXY_SOCKS5) ask_socks(stream, wait);
    if (request_.proxy.kind == PIERDAT_PROXY_HTTP && url_.is_secure) ask_for_tunnel(stream, wait);
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
    std::string const host = has_proxy ? request_.proxy.host : url_.host;
    std::string const port = has_proxy ? std::to_string(request_.proxy.port) : url_.port;
    std::vector<tcp::endpoint> permitted;
    for (auto const &entry : look_up(host, port, deadline_))
        if (may_send_to(entry.endpoint().address())) permitted.push_back(entry.endpoint());
    if (permitted.empty())
        throw std::runtime_error("PIERDAT_ALLOW or PIERDAT_DENY forbids every address of " + host);
    return permitted;
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

/// RFC 1928. The proxy resolves the name.
void Route::ask_socks(beast::tcp_stream &stream, Wait const &wait) const {
    bool const has_user = request_.proxy.user != nullptr;
    write(stream, wait, has_user ? std::string("\x05\x02\x00\x02", 4) : std::string("\x05\x01\x00", 3));
    std::string const choice = read(stream, wait, 2);
    if (choice == std::string("\x05\x02", 2) && has_user) authenticate_to_socks(stream, wait);
    else if (choice != std::string("\x05\x00", 2))
        throw std::runtime_error("the SOCKS5 proxy wants to know who asks, or is none");

    int const port = std::stoi(url_.port);
    write(stream, wait,
          std::string("\x05\x01\x00\x03", 4) + with_length(url_.host) + static_cast<char>(port >> 8)
              + static_cast<char>(port & 0xFF));
    std::string const reply = read(stream, wait, 5);
    if (reply[0] != 5 || reply[1] != 0)
        throw std::runtime_error(std::string("the SOCKS5 proxy does not connect: ") + meaning(reply[1]));
    // What address it connects from: 3 bytes more of IPv4's, 15 of IPv6's, or a name; and the port.
    std::size_t const rest = reply[3] == 1 ? 3 : reply[3] == 4 ? 15 : static_cast<unsigned char>(reply[4]);
    read(stream, wait, rest + 2);
}

/// RFC 1929.
void Route::authenticate_to_socks(beast::tcp_stream &stream, Wait const &wait) const {
    write(stream, wait, "\x01" + with_length(request_.proxy.user) + with_length(request_.proxy.password));
    if (read(stream, wait, 2)[1] != 0)
        throw std::runtime_error("the SOCKS5 proxy refuses the user or the password");
}

/// RFC 9110, section 9.3.6.
void Route::ask_for_tunnel(beast::tcp_stream &stream, Wait const &wait) const {
    std::string const host = url_.host.find(':') == std::string::npos ? url_.host : "[" + url_.host + "]";
    std::string const target = host + ":" + url_.port;
    http::request<http::empty_body> request(http::verb::connect, target, 11);
    request.set(http::field::host, target);
    if (request_.proxy.user != nullptr)
        request.set(http::field::proxy_authorization, basic_credentials(request_.proxy));
    wait([&](Done done) { http::async_write(stream, request, done); });
    beast::flat_buffer buffer;
    http::response_parser<http::empty_body> answer;
    answer.skip(true);
    wait([&](Done done) { http::async_read_header(stream, buffer, answer, done); });
    if (http::to_status_class(answer.get().result()) != http::status_class::successful)
        throw std::runtime_error("the proxy says " + std::to_string(answer.get().result_int()) + " "
                                 + std::string(answer.get().reason()));
}

}  // namespace pierdat
