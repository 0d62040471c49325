#include "redirects.hpp"

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>

#include <libtorrent/http_parser.hpp>

namespace pierdat {

namespace {

std::atomic<decltype(pierdat_settings::resolve_redirect)> resolver{nullptr};

std::string resolved(std::string const &url, std::string const &location) {
    std::unique_ptr<char, decltype(&std::free)> const text(
        resolver.load()(url.c_str(), location.data(), location.size()), &std::free);
    return text ? text.get() : "";
}

}  // namespace

void resolve_redirects(pierdat_settings const &settings) {
    resolver = settings.resolve_redirect;
    lt::set_redirect_resolver(settings.resolve_redirect != nullptr ? resolved : nullptr);
}

}  // namespace pierdat
