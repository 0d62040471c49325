#pragma once

#include <string>

namespace pierdat {

/// The parts of an http or https URL (RFC 3986) that a request needs.
struct Url {
    bool is_secure;
    /// Without the brackets of an IPv6 address.
    std::string host;
    std::string port;
    /// Path and query; never empty.
    std::string target;

    /// As the Host header has it.
    std::string authority() const;

    /// Throws std::invalid_argument where `text` is no such URL.
    static Url parse(std::string const &text);

    /// The URL that a Location header of this one's answer means. Throws as `parse` does.
    Url resolved(std::string const &location) const;
};

}  // namespace pierdat
