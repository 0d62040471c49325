#include <algorithm>
#include <stdexcept>
#include <string>

#include <boost/asio/buffer.hpp>

#include "CLibtorrent/http_answer.hpp"
#include "CLibtorrent/socks.hpp"
#include "fuzzed_engine.h"
#include "promise.hpp"

namespace {

constexpr char const *password = "a password";

/// Two bytes each for the choice of authentication and its outcome, and a reply with the longest name.
constexpr std::size_t most_heard = 2 + 2 + 5 + 255 + 2;

/// A proxy that answers what `input` holds, and closes then.
class Proxy {
public:
    explicit Proxy(std::string input) : input_(std::move(input)) {}

    pierdat::Conversation conversation() {
        return {[this](std::string const &bytes) { said_ += bytes; },
                [this](std::size_t count) {
                    if (count > input_.size() - heard_) throw std::runtime_error("the proxy closes");
                    heard_ += count;
                    return input_.substr(heard_ - count, count);
                }};
    }

    std::string const &said() const { return said_; }
    std::string heard() const { return input_.substr(0, heard_); }

private:
    std::string input_;
    std::string said_;
    std::size_t heard_ = 0;
};

bool begins_with(std::string const &text, std::string const &start) {
    return text.compare(0, start.size(), start) == 0;
}

/// What `heard` says once the proxy has agreed on who asks; RFC 1928 and RFC 1929, read anew.
std::string reply_in(std::string const &heard, bool has_user) {
    if (begins_with(heard, std::string("\x05\x00", 2))) return heard.substr(2);
    fuzz::require(has_user && begins_with(heard, "\x05\x02"), "a choice is taken that there is not");
    fuzz::require(heard.size() >= 4 && heard[3] == 0, "the proxy refuses the user, and is believed to take him");
    return heard.substr(4);
}

void require_connected(std::string const &reply) {
    fuzz::require(reply.size() > 6 && begins_with(reply, std::string("\x05\x00", 2)),
                  "the proxy does not connect, and is believed to");
    std::size_t const length = reply[3] == 1   ? 4
                               : reply[3] == 4 ? 16
                                               : std::size_t{1} + static_cast<unsigned char>(reply[4]);
    fuzz::require(reply[3] == 1 || reply[3] == 3 || reply[3] == 4, "an address is of no kind that there is");
    fuzz::require(reply.size() == 4 + length + 2, "some of the reply is left, or more than it is heard");
}

/// What is told to the user steers no terminal.
void require_fit_to_be_told(std::string const &words) {
    auto const is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    fuzz::require(!words.empty() && std::none_of(words.begin(), words.end(), is_control), "it says: " + words);
}

}  // namespace

char *fuzz_socks(std::uint8_t const *input, std::size_t length) {
    if (length == 0) return nullptr;
    bool const has_user = input[0] % 2 == 1;
    Proxy proxy(std::string(reinterpret_cast<char const *>(input + 1), length - 1));
    return fuzz::broken_promise([&] {
        pierdat_proxy settings{};
        settings.kind = PIERDAT_PROXY_SOCKS5;
        settings.user = has_user ? "a user" : nullptr;
        settings.password = password;
        try {
            pierdat::connect_by_socks("host.example", 8080, settings, proxy.conversation());
            require_connected(reply_in(proxy.heard(), has_user));
            std::string const request("\x05\x01\x00\x03\x0chost.example\x1f\x90", 19);
            fuzz::require(proxy.said().size() > request.size()
                              && proxy.said().substr(proxy.said().size() - request.size()) == request,
                          "it was asked for another place");
        } catch (fuzz::BrokenPromise const &) {
            throw;
        } catch (std::runtime_error const &refused) {
            require_fit_to_be_told(refused.what());
            fuzz::require(std::string(refused.what()).find(password) == std::string::npos, "the password is told");
        }
        fuzz::require(proxy.heard().size() <= most_heard, "more is heard than any reply has");
    });
}

char *fuzz_tunnel(std::uint8_t const *input, std::size_t length) {
    std::string const text(reinterpret_cast<char const *>(input), length);
    return fuzz::broken_promise([&] {
        pierdat::TunnelParser parser;
        parser.skip(true);
        boost::beast::error_code error;
        std::size_t const taken = parser.put(boost::asio::buffer(text), error);
        if (error || !parser.is_header_done()) return;
        try {
            pierdat::expect_tunnel(parser.get());
            fuzz::require(parser.get().result_int() / 100 == 2, "the proxy refuses, and is believed to agree");
            fuzz::require(text.substr(0, taken).rfind("\r\n\r\n") == taken - 4, "some of the server's is taken");
        } catch (fuzz::BrokenPromise const &) {
            throw;
        } catch (std::runtime_error const &refused) {
            require_fit_to_be_told(refused.what());
        }
    });
}
