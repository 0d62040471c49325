#include "url.hpp"

#include <algorithm>
#include <stdexcept>

namespace pierdat {

namespace {

/// Whether `text` begins with `prefix`, which is in lower case, whatever its own case is.
bool begins_with(std::string const &text, std::string const &prefix) {
    return text.size() >= prefix.size()
           && std::equal(prefix.begin(), prefix.end(), text.begin(),
                         [](char p, char t) { return p == (t >= 'A' && t <= 'Z' ? t + 32 : t); });
}

[[noreturn]] void refuse(std::string const &text, char const *why) {
    throw std::invalid_argument(text + ": " + why);
}

}  // namespace

std::string Url::authority() const {
    std::string const name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return port == (is_secure ? "443" : "80") ? name : name + ":" + port;
}

Url Url::parse(std::string const &text) {
    bool const is_secure = begins_with(text, "https://");
    if (!is_secure && !begins_with(text, "http://")) refuse(text, "not a URL of http or https");
    std::size_t const start = is_secure ? 8 : 7;
    std::size_t const end = std::min(text.find_first_of("/?#", start), text.size());
    std::string authority = text.substr(start, end - start);
    if (authority.find('@') != std::string::npos) refuse(text, "a user name in a URL is not supported");

    Url url{is_secure, authority, is_secure ? "443" : "80", text.substr(end, text.find('#', end) - end)};
    if (url.target.empty() || url.target.front() != '/') url.target.insert(0, "/");
    std::size_t const bracket = authority.rfind(']');
    std::size_t const colon = authority.rfind(':');
    if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) {
        url.port = authority.substr(colon + 1);
        url.host = authority.substr(0, colon);
    }
    if (!url.host.empty() && url.host.front() == '[' && url.host.back() == ']')
        url.host = url.host.substr(1, url.host.size() - 2);
    if (url.host.empty()) refuse(text, "the URL names no host");
    bool const is_number = !url.port.empty() && url.port.size() <= 5
                           && url.port.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number) refuse(text, "the URL's port is no number");
    return url;
}

Url Url::resolved(std::string const &location) const {
    if (begins_with(location, "http://") || begins_with(location, "https://")) return parse(location);
    if (location.compare(0, 2, "//") == 0) return parse((is_secure ? "https:" : "http:") + location);
    Url url = *this;
    std::string const reference = location.substr(0, location.find('#'));
    std::string const path = target.substr(0, target.find('?'));
    if (!reference.empty() && reference.front() == '/') url.target = reference;
    else url.target = path.substr(0, path.rfind('/') + 1) + reference;
    return url;
}

}  // namespace pierdat
