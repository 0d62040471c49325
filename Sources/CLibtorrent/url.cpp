#include "url.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

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

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What a request line cannot hold as it is.
bool is_unfit(char c) {
    return c <= 0x20 || c >= 0x7f || std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos;
}

/// `text` with what is unfit for a request percent-encoded, as browsers send it.
std::string encoded(std::string const &text) {
    static char const digits[] = "0123456789ABCDEF";
    std::string result;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (is_unfit(c)) result += {'%', digits[byte >> 4], digits[byte & 15]};
        else result += c;
    }
    return result;
}

/// Whether a reference names a scheme of its own: RFC 3986, 4.1.
bool has_scheme(std::string const &reference) {
    auto const is_part = [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; };
    auto const colon = std::find_if_not(reference.begin(), reference.end(), is_part);
    return colon != reference.end() && *colon == ':' && is_letter(reference.front());
}

/// RFC 3986, 5.2.4. `path` begins with a slash.
std::string without_dot_segments(std::string const &path) {
    std::string result;
    for (std::size_t start = 1; start <= path.size();) {
        auto const end = std::min(path.find('/', start), path.size());
        std::string const segment = path.substr(start, end - start);
        if (segment == "..") result.erase(std::min(result.rfind('/'), result.size()));
        else if (segment != ".") result += "/" + segment;
        bool const is_last = end == path.size();
        if (is_last && (segment == "." || segment == "..")) result += "/";
        start = end + 1;
    }
    return result;
}

/// What stands between the slashes of a URL and its path: a host, and a port if any.
void parse_authority(std::string const &text, std::string const &authority, Url &url) {
    std::size_t const bracket = authority.rfind(']');
    std::size_t const colon = authority.rfind(':');
    url.host = authority;
    if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) {
        url.port = authority.substr(colon + 1);
        url.host = authority.substr(0, colon);
    }
    bool const is_address = url.host.size() > 2 && url.host.front() == '[' && url.host.back() == ']';
    if (is_address) url.host = url.host.substr(1, url.host.size() - 2);
    if (url.host.empty()) refuse(text, "the URL names no host");
    bool const is_fit = std::none_of(url.host.begin(), url.host.end(), [&](char c) {
        return is_unfit(c) || c == '[' || c == ']' || (c == ':' && !is_address);
    });
    if (!is_fit) refuse(text, "the URL's host is none");
    bool const is_number = !url.port.empty() && url.port.size() <= 5
                           && std::all_of(url.port.begin(), url.port.end(), is_digit);
    if (!is_number || std::stoi(url.port) < 1 || std::stoi(url.port) > 65535)
        refuse(text, "the URL's port is no number from 1 to 65535");
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
    std::string const authority = text.substr(start, end - start);
    if (authority.find('@') != std::string::npos) refuse(text, "a user name in a URL is not supported");

    Url url{is_secure, "", is_secure ? "443" : "80", encoded(text.substr(end, text.find('#', end) - end))};
    if (url.target.empty() || url.target.front() != '/') url.target.insert(0, "/");
    parse_authority(text, authority, url);
    return url;
}

Url Url::resolved(std::string const &location) const {
    if (has_scheme(location)) return parse(location);
    if (location.compare(0, 2, "//") == 0) return parse((is_secure ? "https:" : "http:") + location);
    Url url = *this;
    std::string const reference = encoded(location.substr(0, location.find('#')));
    if (reference.empty()) return url;
    std::string const path = target.substr(0, target.find('?'));
    auto const query = std::min(reference.find('?'), reference.size());
    std::string const own = reference.substr(0, query);
    if (own.empty()) url.target = path;
    else if (own.front() == '/') url.target = without_dot_segments(own);
    else url.target = without_dot_segments(path.substr(0, path.rfind('/') + 1) + own);
    url.target += reference.substr(query);
    return url;
}

}  // namespace pierdat
