#include "socks.hpp"

#include <stdexcept>

namespace pierdat {

namespace {

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
    if (text.size() > 255) throw std::runtime_error("a name is longer than a SOCKS5 proxy takes");
    return static_cast<char>(text.size()) + text;
}

/// RFC 1929.
void authenticate(pierdat_proxy const &proxy, Conversation const &conversation) {
    conversation.say("\x01" + with_length(proxy.user) + with_length(proxy.password));
    if (conversation.hear(2)[1] != 0)
        throw std::runtime_error("the SOCKS5 proxy refuses the user or the password");
}

void agree_on_authentication(pierdat_proxy const &proxy, Conversation const &conversation) {
    bool const has_user = proxy.user != nullptr;
    conversation.say(has_user ? std::string("\x05\x02\x00\x02", 4) : std::string("\x05\x01\x00", 3));
    std::string const choice = conversation.hear(2);
    if (choice == std::string("\x05\x02", 2) && has_user) authenticate(proxy, conversation);
    else if (choice != std::string("\x05\x00", 2))
        throw std::runtime_error("the SOCKS5 proxy wants to know who asks, or is none");
}

/// How much of a reply is left behind its first five bytes: the rest of the address that the proxy connects
/// from, whose first byte is the length of a name, and a port.
std::size_t rest_of(std::string const &reply) {
    switch (reply[3]) {
        case 1: return 3 + 2;
        case 3: return static_cast<unsigned char>(reply[4]) + std::size_t{2};
        case 4: return 15 + 2;
        default: throw std::runtime_error("the SOCKS5 proxy tells an address of no kind that there is");
    }
}

}  // namespace

void connect_by_socks(std::string const &host, std::uint16_t port, pierdat_proxy const &proxy,
                      Conversation const &conversation) {
    agree_on_authentication(proxy, conversation);
    conversation.say(std::string("\x05\x01\x00\x03", 4) + with_length(host) + static_cast<char>(port >> 8)
                     + static_cast<char>(port & 0xFF));
    std::string const reply = conversation.hear(5);
    if (reply[0] != 5) throw std::runtime_error("the SOCKS5 proxy answers as none does");
    if (reply[1] != 0)
        throw std::runtime_error(std::string("the SOCKS5 proxy does not connect: ") + meaning(reply[1]));
    conversation.hear(rest_of(reply));
}

}  // namespace pierdat
