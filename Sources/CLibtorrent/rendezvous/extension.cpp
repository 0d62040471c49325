#include "extension.hpp"

#include "messages.hpp"

namespace pierdat::rendezvous {

namespace {

int number_in(lt::bdecode_node const &dictionary, char const *key, int highest) {
    auto const number = dictionary.dict_find_int_value(key, 0);
    return number > 0 && number <= highest ? static_cast<int>(number) : 0;
}

}  // namespace

void announce_extension(lt::entry &handshake) { handshake["m"][extension_name] = extension_id; }

int extension_id_in(lt::bdecode_node const &handshake) {
    if (handshake.type() != lt::bdecode_node::dict_t) return 0;
    auto const numbers = handshake.dict_find_dict("m");
    return numbers ? number_in(numbers, extension_name, 255) : 0;
}

int listening_port_in(lt::bdecode_node const &handshake) {
    return handshake.type() == lt::bdecode_node::dict_t ? number_in(handshake, "p", 65535) : 0;
}

}  // namespace pierdat::rendezvous
