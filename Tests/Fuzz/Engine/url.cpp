#include "url.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "fuzzed_engine.h"
#include "promise.hpp"

namespace {

/// A request is one line for each of them, whatever a user or a server has written.
void require_fit_for_a_request(pierdat::Url const &url) {
    auto const is_plain = [](std::string const &text) {
        return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    };
    fuzz::require(!url.host.empty(), "no host");
    fuzz::require(is_plain(url.authority()), "the host holds a blank or worse: " + url.authority());
    fuzz::require(is_plain(url.target), "the target holds a blank or worse: " + url.target);
    fuzz::require(url.target.front() == '/', "the target does not begin at the root: " + url.target);
    fuzz::require(url.target.find('#') == std::string::npos, "the fragment is sent: " + url.target);
    fuzz::require(url.host.find_first_of("/?#@") == std::string::npos, "the host is " + url.host);
    int const port = std::stoi(url.port);
    fuzz::require(port > 0 && port < 65536, "the port is " + url.port);
}

}  // namespace

char *fuzz_url(std::uint8_t const *input, std::size_t length) {
    std::string const text(reinterpret_cast<char const *>(input), length);
    auto const end = std::min(text.find('\n'), text.size());
    return fuzz::broken_promise([&] {
        try {
            auto const url = pierdat::Url::parse(text.substr(0, end));
            require_fit_for_a_request(url);
            auto const next = url.resolved(text.substr(std::min(end + 1, text.size())));
            require_fit_for_a_request(next);
            std::string const written = (next.is_secure ? "https://" : "http://") + next.authority() + next.target;
            auto const again = pierdat::Url::parse(written);
            fuzz::require(again.host == next.host && again.port == next.port && again.target == next.target,
                          "it is another after it was written: " + written);
        } catch (std::invalid_argument const &) {
            // Refused in words.
        }
    });
}
