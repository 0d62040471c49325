#include "incoming_filter.hpp"

#include <algorithm>
#include <cstdint>

namespace pierdat {

namespace {

constexpr std::uint32_t network_header = static_cast<std::uint32_t>(SKF_NET_OFF);
constexpr std::uint32_t source_of_v4 = network_header + 12;
constexpr std::uint32_t source_of_v6 = network_header + 8;
constexpr std::uint32_t whole_packet = 0xFFFFFFFF;
constexpr std::uint32_t nothing = 0;

sock_filter statement(int code, std::uint32_t value) {
    return {static_cast<std::uint16_t>(code), 0, 0, value};
}

std::uint32_t word_of(pierdat_block const &block, std::size_t index) {
    auto const *bytes = block.address + index * 4;
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8
           | bytes[3];
}

/// Returns `verdict` if the source address is in `block`. Otherwise continues with the next
/// instruction.
void add(std::vector<sock_filter> &program, pierdat_block const &block, std::uint32_t verdict) {
    auto const source = block.is_v6 ? source_of_v6 : source_of_v4;
    auto const words = static_cast<std::size_t>(block.length + 31) / 32;
    for (std::size_t word = 0; word < words; ++word) {
        int const bits = std::min(32, block.length - static_cast<int>(word) * 32);
        std::uint32_t const mask = 0xFFFFFFFFU << (32 - bits);
        // Skip the three instructions of each remaining word and the verdict.
        auto const rest = static_cast<std::uint8_t>((words - word - 1) * 3 + 1);
        program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, source + static_cast<std::uint32_t>(word) * 4));
        program.push_back(statement(BPF_ALU | BPF_AND | BPF_K, mask));
        program.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, rest, word_of(block, word) & mask});
    }
    program.push_back(statement(BPF_RET | BPF_K, verdict));
}

std::vector<sock_filter> section(pierdat_network const &network, bool v6) {
    std::vector<sock_filter> program;
    auto const add_all = [&](pierdat_block const *blocks, std::size_t count, std::uint32_t verdict) {
        std::for_each(blocks, blocks + count, [&](pierdat_block const &block) {
            if (block.is_v6 == v6) add(program, block, verdict);
        });
    };
    add_all(network.denied, network.denied_count, nothing);
    add_all(network.allowed, network.allowed_count, whole_packet);
    program.push_back(statement(BPF_RET | BPF_K, network.allowed_count > 0 ? nothing : whole_packet));
    return program;
}

}  // namespace

std::vector<sock_filter> incoming_filter_for(pierdat_network const &network) {
    auto const v4 = section(network, false);
    auto const v6 = section(network, true);
    std::vector<sock_filter> program{
        statement(BPF_LD | BPF_B | BPF_ABS, network_header),
        statement(BPF_ALU | BPF_RSH | BPF_K, 4),
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 6},
        statement(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(v4.size())),
    };
    program.insert(program.end(), v4.begin(), v4.end());
    program.insert(program.end(), v6.begin(), v6.end());
    return program;
}

}  // namespace pierdat
