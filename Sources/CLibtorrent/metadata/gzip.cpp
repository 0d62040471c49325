#include "pierdat_gzip.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>

#include <zlib.h>

#include "CLibtorrent/error.hpp"

namespace {

/// inflate(3) with gzip headers.
class Inflater {
public:
    Inflater(uint8_t const *packed, size_t length) {
        if (length > std::numeric_limits<uInt>::max()) throw std::invalid_argument("it is too large");
        stream_.next_in = const_cast<Bytef *>(packed);
        stream_.avail_in = static_cast<uInt>(length);
        // gzip format (RFC 1952) with the largest window.
        if (inflateInit2(&stream_, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(Inflater const &) = delete;
    Inflater &operator=(Inflater const &) = delete;

    /// Appends the next data to `unpacked`. Returns false at the end.
    bool append_to(std::string &unpacked) {
        stream_.next_out = chunk_.data();
        stream_.avail_out = static_cast<uInt>(chunk_.size());
        int const result = inflate(&stream_, Z_NO_FLUSH);
        unpacked.append(reinterpret_cast<char const *>(chunk_.data()), chunk_.size() - stream_.avail_out);
        switch (result) {
            case Z_OK: return true;
            case Z_STREAM_END: return begins_another();
            case Z_BUF_ERROR: throw std::runtime_error("it is truncated");
            case Z_MEM_ERROR: throw std::bad_alloc();
            default: throw std::runtime_error("it is damaged");
        }
    }

private:
    /// A gzip file may have several members.
    bool begins_another() {
        bool const is_packed = stream_.avail_in > 1 && stream_.next_in[0] == 0x1f && stream_.next_in[1] == 0x8b;
        return is_packed && inflateReset(&stream_) == Z_OK;
    }

    z_stream stream_{};
    std::array<Bytef, 65536> chunk_;
};

}  // namespace

pierdat_bytes pierdat_gunzip(uint8_t const *packed, size_t length, size_t longest, bool *is_whole,
                             pierdat_error *error) {
    return pierdat::guarded<pierdat_bytes>(error, {nullptr, 0}, [&]() -> pierdat_bytes {
        Inflater inflater(packed, length);
        std::string unpacked;
        bool goes_on = true;
        while (goes_on && unpacked.size() <= longest) goes_on = inflater.append_to(unpacked);
        *is_whole = !goes_on && unpacked.size() <= longest;
        size_t const size = std::min(unpacked.size(), longest);
        // One byte more, because malloc(0) may return NULL.
        auto *const data = static_cast<uint8_t *>(std::malloc(size + 1));
        if (data == nullptr) throw std::bad_alloc();
        std::memcpy(data, unpacked.data(), size);
        return {data, size};
    });
}
