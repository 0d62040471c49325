#include "DiskBackend/files/part_file.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "fuzzed_engine.h"
#include "promise.hpp"

namespace {

constexpr int piece_length = 64;

/// One folder for the whole process: a folder for each input would take too long.
class Folder {
public:
    Folder() {
        std::string pattern = std::filesystem::temp_directory_path() / "pierdat-fuzz.XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(Folder const &) = delete;
    Folder &operator=(Folder const &) = delete;
    std::string const &path() const { return path_; }

private:
    std::string path_;
};

std::string const &folder() {
    static Folder const folder;
    return folder.path();
}

std::vector<char> contents_of(int piece) { return std::vector<char>(piece_length, static_cast<char>(piece)); }

void live(pierdat::disk::PartFile &file, int pieces) {
    lt::error_code error;
    std::vector<char> buffer(piece_length);
    for (int piece = 0; piece < pieces; ++piece)
        if (file.contains(lt::piece_index_t(piece))) file.read(lt::piece_index_t(piece), 0, buffer, error);
    for (int piece = pieces; piece-- > 0;) {
        error.clear();
        file.write(lt::piece_index_t(piece), 0, contents_of(piece), error);
        fuzz::require(!error, "a piece cannot be written: " + error.message());
    }
}

void require_all(pierdat::disk::PartFile &file, int pieces) {
    for (int piece = 0; piece < pieces; ++piece) {
        lt::error_code error;
        std::vector<char> buffer(piece_length);
        file.read(lt::piece_index_t(piece), 0, buffer, error);
        fuzz::require(!error, "a piece that was written cannot be read: " + error.message());
        fuzz::require(buffer == contents_of(piece), "a piece has another's bytes");
    }
}

}  // namespace

char *fuzz_part_file(std::uint8_t const *input, std::size_t length) {
    if (length == 0) return nullptr;
    int const pieces = 1 + input[0] % 16;
    {
        std::ofstream file(folder() + "/parts", std::ios::binary | std::ios::trunc);
        file.write(reinterpret_cast<char const *>(input + 1), static_cast<std::streamsize>(length - 1));
        // Filled up to where slots begin, so that short inputs reach them.
        std::string const rest(1024 > length - 1 ? 1024 - (length - 1) : 0, '\0');
        file << rest;
    }
    return fuzz::broken_promise([&] {
        pierdat::disk::SaveFolder const save(folder());
        {
            pierdat::disk::PartFile file(save, "parts", pieces, piece_length);
            live(file, pieces);
            require_all(file, pieces);
        }
        pierdat::disk::PartFile found(save, "parts", pieces, piece_length);
        require_all(found, pieces);
    });
}
