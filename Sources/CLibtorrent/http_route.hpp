#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "pierdat_http.h"

namespace pierdat {

/// When all of a request has to be done.
using Deadline = std::chrono::steady_clock::time_point;

/// The value of Authorization or Proxy-Authorization (RFC 7617).
std::string basic_credentials(std::string const &user, std::string const &password);

/// The way to the server of a request: straight, or through a proxy; by the interface that was asked for.
class Route {
public:
    using Done = std::function<void(boost::system::error_code, std::size_t)>;
    /// Starts an asynchronous operation, waits for its end and throws where it failed.
    using Wait = std::function<void(std::function<void(Done)>)>;

    Route(pierdat_http_request const &request, Deadline deadline) : request_(request), deadline_(deadline) {}

    /// Connects `stream`, and has it fail at the deadline. What is said on it then is said to the server, or
    /// to a proxy that takes requests for http as they are. Throws where that is impossible or not permitted.
    void connect(boost::beast::tcp_stream &stream, Wait const &wait) const;

private:
    using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

    Endpoints resolve() const;
    /// Connects to the first that answers.
    void connect_to_one(Endpoints const &endpoints, boost::beast::tcp_stream &stream, Wait const &wait) const;
    void leave_by_interface(boost::beast::tcp_stream &stream,
                            boost::asio::ip::tcp::endpoint const &target) const;
    void ask_socks(boost::beast::tcp_stream &stream, Wait const &wait) const;
    void ask_for_tunnel(boost::beast::tcp_stream &stream, Wait const &wait) const;

    pierdat_http_request const &request_;
    Deadline deadline_;
};

}  // namespace pierdat
