#pragma once

#include <cstring>
#include <stdexcept>
#include <string>

namespace fuzz {

/// A promise that a parser has broken.
class BrokenPromise : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

inline void require(bool holds, std::string const &promise) {
    if (!holds) throw BrokenPromise(promise);
}

/// Runs `body`. Returns NULL, or the description of the broken promise.
template <typename Body>
char *broken_promise(Body body) {
    try {
        body();
        return nullptr;
    } catch (BrokenPromise const &broken) {
        return ::strdup(broken.what());
    }
}

}  // namespace fuzz
