// digests FILE FILE FILE FILE: prints the SHA-1 and SHA-256 of four files of the same size, as
// "DIGEST FILE" like sha1sum and sha256sum, once for each way in which we use the processor's SHA
// instructions. Exits with 3 if the processor has none. It is a separate program, without the
// libraries that the rest needs, so that it can be built for another processor and run in an
// emulator.
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "PieceHashing/sha_extensions.hpp"

namespace {

using namespace pierdat::sha_extensions;

constexpr std::size_t block = Sha1::block_size;

struct Message {
    char const *name;
    std::string bytes;
};
using Messages = std::array<Message, Sha1::most_at_once>;

template <typename Digest>
void print(Digest const &digest, Message const &message) {
    for (auto const byte : digest) std::printf("%02x", byte);
    std::printf(" %s\n", message.name);
}

std::string contents(char const *name) {
    std::ifstream file(name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Hashes the message in parts of `part` bytes.
void in_parts(Message const &message, std::size_t part) {
    Sha1 hash;
    for (std::size_t done = 0; done < message.bytes.size(); done += part)
        hash.update(message.bytes.data() + done, std::min(part, message.bytes.size() - done));
    print(hash.finish(), message);
}

/// Hashes the whole blocks of a message, together with their SHA-256, and then the rest.
void with_sha256(Message const &message) {
    std::size_t const whole = message.bytes.size() / block * block;
    Sha1 hash;
    auto const sha256 = hash.update_with_sha256(message.bytes.data(), whole);
    if (whole == message.bytes.size()) print(sha256, message);
    hash.update(message.bytes.data() + whole, message.bytes.size() - whole);
    print(hash.finish(), message);
}

void pair(Message const &one, Message const &other) {
    std::size_t const size = one.bytes.size(), whole = size / block * block;
    auto const both = sha256({one.bytes.data(), other.bytes.data()}, size);
    print(both[0], one);
    print(both[1], other);

    Sha1 first, second;
    auto const sha256s = Sha1::update_with_sha256(first, second, {one.bytes.data(), other.bytes.data()}, whole);
    if (whole == size) {
        print(sha256s[0], one);
        print(sha256s[1], other);
    }
    first.update(one.bytes.data() + whole, size - whole);
    second.update(other.bytes.data() + whole, size - whole);
    print(first.finish(), one);
    print(second.finish(), other);
}

/// Hashes the first `count` messages at once.
void together(Messages const &messages, std::size_t count) {
    std::size_t const size = messages[0].bytes.size(), whole = size / block * block;
    std::array<Sha1, Sha1::most_at_once> hashes;
    std::array<Sha1 *, Sha1::most_at_once> pointers{};
    std::array<char const *, Sha1::most_at_once> data{};
    for (std::size_t i = 0; i < count; ++i) {
        pointers[i] = &hashes[i];
        data[i] = messages[i].bytes.data();
    }
    Sha1::update(pointers.data(), data.data(), count, whole);
    for (std::size_t i = 0; i < count; ++i) {
        hashes[i].update(data[i] + whole, size - whole);
        print(hashes[i].finish(), messages[i]);
    }
}

}  // namespace

int main(int count, char **arguments) {
    if (!are_available()) return 3;
    if (count != 1 + static_cast<int>(Sha1::most_at_once)) return 64;
    Messages messages;
    for (std::size_t i = 0; i < messages.size(); ++i)
        messages[i] = {arguments[i + 1], contents(arguments[i + 1])};
    for (auto const &message : messages) {
        for (std::size_t const part : {1, 7, 64, 100, 128, 1000}) in_parts(message, part);
        with_sha256(message);
    }
    pair(messages[0], messages[1]);
    pair(messages[2], messages[3]);
    for (std::size_t together_at_once = 1; together_at_once <= messages.size(); ++together_at_once)
        together(messages, together_at_once);
}
